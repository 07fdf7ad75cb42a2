"""Stores that earlier versions of the program left behind, each made by a run of it."""
