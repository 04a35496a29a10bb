"""Each option of each workload on the emulator: deployed, and read back from the services' own APIs."""
