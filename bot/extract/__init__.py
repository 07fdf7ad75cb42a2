"""Post → Entry: what a post says, by a language model under a strict form or without one."""
