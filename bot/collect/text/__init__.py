"""What all sources share: texts, links, papers, channel ids."""
