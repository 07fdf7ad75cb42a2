"""Keys of how stories stand to each other: what each holds and how long it lives."""

from bot.store.keys import PREFIX


def alias(story_id: str) -> str:
    """STRING: the story that this one was joined to, under whose id it lives. Retention."""
    return f"{PREFIX}story:alias:{story_id}"


def aliases(story_id: str) -> str:
    """SET of the ids of the stories that were joined to this one. Retention."""
    return f"{PREFIX}story:aliases:{story_id}"


def under(story_id: str) -> str:
    """STRING: the story under which this one is shown, as it likely tells the same. Retention."""
    return f"{PREFIX}story:under:{story_id}"


def group(story_id: str) -> str:
    """SET of the stories that are shown under this one. Retention."""
    return f"{PREFIX}story:group:{story_id}"


def apart(key: str) -> str:
    """SET of the stories that an owner took a post out of. Retention."""
    return f"{PREFIX}story:apart:{key}"


def follows(key: str) -> str:
    """STRING: the key of an earlier post whose story this post develops further. Retention."""
    return f"{PREFIX}story:follows:{key}"


def roundups(key: str) -> str:
    """STRING: the keys of posts that list this one among other news, by spaces. Retention."""
    return f"{PREFIX}story:roundups:{key}"


def verdict(key: str) -> str:
    """STRING: what a model said of earlier posts in a call of its own. Retention."""
    return f"{PREFIX}story:verdict:{key}"
