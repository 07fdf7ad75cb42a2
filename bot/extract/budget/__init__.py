"""What calls cost: prices, the day's budget, the breaker."""
