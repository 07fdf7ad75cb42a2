"""Which stories a digest tells and when: clusters, ranking, periods, slots, trends. Pure."""
