//! Amounts of money and currencies.

use crate::kind::Kind;
use crate::lattice::Quantity;
use crate::list::List;
use crate::words::rows;
use std::sync::LazyLock;

pub(crate) static KINDS: &[Kind] = &[
    Kind::alone("money.price", |r| cents(100, 100_000).skewed(r)),
    Kind::alone("money.amount", |r| cents(100, 1_000_000).skewed(r)),
    Kind::alone("money.fee", |r| cents(0, 5_000).skewed(r)),
    Kind::alone("money.balance", |r| cents(0, 2_500_000).skewed(r)),
    Kind::alone("money.salary", |r| Quantity { low: 24_000, high: 180_000, digits: 0 }.even(r)),
    Kind::alone("money.currency_code", |r| List::plain(r, &column(0))),
    Kind::alone("money.currency_name", |r| List::plain(r, &column(1))),
    Kind::alone("money.currency_number", |r| List::plain(r, &column(2))),
    Kind::alone("money.payment_method", |r| List::plain(r, &METHODS)),
    Kind::alone("money.card_brand", |r| {
        List::plain(r, &["visa", "mastercard", "amex", "discover", "jcb", "maestro"])
    }),
];

const METHODS: [&str; 8] =
    ["card", "cash", "bank_transfer", "paypal", "invoice", "direct_debit", "gift_card", "cheque"];

const fn cents(low: i64, high: i64) -> Quantity {
    Quantity { low, high, digits: 2 }
}

/// Codes, names and numbers of ISO 4217.
static CURRENCIES: LazyLock<Vec<Vec<&'static str>>> =
    LazyLock::new(|| rows(include_str!("../../data/en/currencies.txt")).collect());

fn column(field: usize) -> Vec<&'static str> {
    CURRENCIES.iter().filter_map(|row| row.get(field).copied()).collect()
}
