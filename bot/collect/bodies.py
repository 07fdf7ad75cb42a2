"""Bodies of answers from outside, inflated chunk by chunk, so that a gzip bomb costs no memory."""

import zlib

import aiohttp


class BodyRefused(Exception):
    """A body over the limit, packed or unpacked, or one that breaks off; the text says which."""


async def read_body(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The decoded body of at most so many bytes; its session must not inflate by itself."""
    packed = response.headers.get("Content-Encoding", "identity").strip().lower()
    body, wire, stream = bytearray(), 0, None
    async for chunk in response.content.iter_chunked(2**16):
        wire += len(chunk)
        while chunk:
            if packed == "identity":
                part, chunk = chunk, b""
            else:
                # 47: gzip or zlib by header; a gzip body may hold several members.
                stream = zlib.decompressobj(47) if stream is None or stream.eof else stream
                part = stream.decompress(chunk, most - len(body) + 1)
                chunk = stream.unconsumed_tail or stream.unused_data
            body += part
            if max(len(body), wire) > most:
                raise BodyRefused(f"is larger than {most // 2**20} MiB")
    if stream is not None and not stream.eof:
        raise BodyRefused("breaks off")
    return bytes(body)
