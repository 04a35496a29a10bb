"""Parts that all services share: hooks into ministack, the clock, the journal and reset."""
