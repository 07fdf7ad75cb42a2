"""What people write in English for commands and times."""

from bot.i18n.shape.plain_words import PlainWords

ENGLISH_WORDS = PlainWords(
    screens={
        "digest": "digest|daily digest|today|todays digest|today's digest|digest today|digest day"
        "|day digest|news today|todays news|today's news|what's new|what is new|whats new|brief"
        "|digests|summary|daily",
        "week": "week|weekly|weekly digest|digest week|week digest|digest this week|this week"
        "|digest of week|digest weekly|week's digest|news this week",
        "month": "month|monthly|monthly digest|digest month|month digest|digest this month"
        "|this month|digest of month|digest monthly",
        "settings": "settings|setting|preferences|options|config|configure|change settings"
        "|set up|setup",
        "time": "time|change time|another time|digest time",
        "zone": "time zone|timezone|zone|change time zone|change timezone|set timezone"
        "|set time zone",
        "language": "language|change language|switch language|another language",
        "pause": "pause|mute|snooze|pause digest|pause digests|be quiet",
        "alerts": "alerts|notifications",
        "following": "following|what i follow|what do i follow|followed words|my words|words",
        "subscribe": "subscribe|sign up|sign me up|subscription|subscribe to digest|join",
        "unsubscribe": "unsubscribe|stop|sign off|opt out|stop sending|cancel subscription"
        "|how to unsubscribe|how do i unsubscribe"
        "|unsubscribe from digest|stop digest|stop digests|no more digests|leave me alone"
        "|stop writing|cancel",
        "topics": "topics|topic|list of topics|topic list|all topics|what topics|choose topics"
        "|which topics|list topics",
        "help": "help|manual|commands|what can you do|how does it work|how to use|usage|info",
        "search": "search|find|look up",
        "ask": "ask|ask question|question|ask archive",
        "saved": "saved|bookmarks|favourites|favorites|saved stories|saved items",
        "privacy": "privacy|data",
        "home": "menu|main menu|start|hi|hello|hey|good morning|good evening|good afternoon",
    },
    polite=(
        "please pls plz kindly could can would may you i me my your the a an to want would'd i'd "
        "like show open give send get thanks thank hey bot let us see go for of"
    ),
    zone_of="(?:my |our |the )?(?:time ?zone|zone|city|clock)(?: is)?(?: [-—:]|:)?|i live in",
    in_place="(?:i am |i'm )?(?:in|from)",
    before="(?:at|by|about|around|every day at|daily at|each day at|from)",
    hours="(?:h(?:ours?)?|o'? ?clock|o’clock|hrs?)",
    minutes="(?:min(?:ute)?s?)",
    morning="a\\.?m\\.?|in the morning|morning",
    afternoon="p\\.?m\\.?|in the afternoon|in the evening|afternoon|evening",
    night="at night|tonight",
    named={12: "noon|midday", 0: "midnight"},
    half_of="",
    quarter_of="",
    half="half(?: an hour)?",
    quarter="(?:a )?quarter",
    past="past|after",
    to="to|till|before",
    today="today|last 24 hours",
    yesterday="yesterday",
    this_week="(?:this|last|past|the last) (?:week|7 days)",
    this_month="(?:this|last|past|the last) (?:month|30 days)",
    in_month="in|during|since|for|last",
    questioning=(
        "what which who whom whose how why when where does did do is are was were has have had "
        "can could tell show find explain describe described mentioned news new said says say "
        "wrote written writes posted post posts channel channels author authors according key "
        "main discussed known there anything about any some ever please talk talked talking"
    ),
    closing=(
        "ok okay thanks thx ty cheers fine good great cool nice yes no yep nope sure wow lol hm "
        "got it understood very much so"
    ),
)
