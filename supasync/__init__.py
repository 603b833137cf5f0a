"""supasync: one schema file, one Supabase target, every change proven before it is made."""

__version__ = "0.1.0"
