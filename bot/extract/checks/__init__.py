"""What a model's answer is checked against: the post's words, numbers and links."""
