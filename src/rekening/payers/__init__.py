"""The bill of the build-out, who pays it, and what that comes to per household."""

from rekening.payers.bill import (
    LATER,
    LINES,
    NOW,
    Asset,
    Bill,
    Bills,
    bill_of,
    bills_by_firm,
    firm_bill,
    loan_bill,
    together,
)
from rekening.payers.channels import CHANNELS, SOLD, Channel, channels_of, trailing_year
from rekening.payers.incidence import REGIONS, ROUTES, Incidence, incidence
from rekening.payers.pass_through import pass_through
from rekening.payers.recovery import Recovery, recover, recover_loan, recover_together
from rekening.payers.uncertainty import drivers

__all__ = [
    "CHANNELS",
    "LATER",
    "LINES",
    "NOW",
    "REGIONS",
    "ROUTES",
    "SOLD",
    "Asset",
    "Bill",
    "Bills",
    "Channel",
    "Incidence",
    "Recovery",
    "bill_of",
    "bills_by_firm",
    "channels_of",
    "drivers",
    "firm_bill",
    "incidence",
    "loan_bill",
    "pass_through",
    "recover",
    "recover_loan",
    "recover_together",
    "together",
    "trailing_year",
]
