"""What any call to the store may raise: the server is away, full, frozen or restarting."""

from redis.exceptions import RedisError as StoreAway

__all__ = ["StoreAway"]
