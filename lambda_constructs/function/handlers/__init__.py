"""Code that runs in Lambda, with one folder for each function; the library does not import it."""
