"""A bill of one's own, from a profile of what a household or an organisation uses."""

from rekening.payers.mine.bill import YEARS, MyBill, duties_of, work_out
from rekening.payers.mine.profile import EXAMPLE, Profile, catalogue

__all__ = ["EXAMPLE", "YEARS", "MyBill", "Profile", "catalogue", "duties_of", "work_out"]
