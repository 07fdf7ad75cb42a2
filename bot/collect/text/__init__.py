"""What all routes share: texts, links, papers, channel ids."""
