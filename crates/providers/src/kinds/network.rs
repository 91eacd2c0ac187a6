//! Addresses and names of machines, from the blocks that are private or reserved for documentation.
//!
//! | provider | values | distinct ones |
//! |---|---|---|
//! | `network.ipv4` | `10.0.18.213` | 2²⁴ |
//! | `network.ipv6` | `2001:db8:1:1:9c3f:12d5:7e0:41b2` | 2⁶⁴ |
//! | `network.cidr` | `10.18.213.0/24` | 2¹⁶ |
//! | `network.mac` | `02:00:00:00:12:d5` | 2⁴⁰ |
//! | `network.hostname` | `silver-harbor07.example.net` | adjectives · nouns · 100 |
//! | `network.user_agent` | `Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0` | they repeat |
//! | `network.interface` | `eth0` | 8 |
//!
//! The addresses serve text columns and PostgreSQL's types (`inet`, `cidr`, `macaddr`).

use crate::builtin::{BindRequest, BindResult, Builtin};
use crate::composed::{Composed, Write};
use crate::list::List;
use crate::mix::{choose, digit, push_hex, push_number};
use crate::words::{ADJECTIVES, NOUNS, longest};
use seedbed_datagen_core::Pen;
use seedbed_schema_model::SqlType;

pub(crate) static KINDS: &[Builtin] = &[
    Builtin::alone("network.ipv4", ipv4),
    Builtin::alone("network.ipv6", |r| {
        Composed::injective(push_ipv6).of_chars(20..=32).for_types(r, is_inet, "network addresses")
    }),
    Builtin::alone("network.cidr", |r| {
        Composed::exactly(1 << 16, push_cidr).for_types(r, is_cidr, "networks")
    }),
    Builtin::alone("network.mac", |r| {
        Composed::exactly(1 << 40, push_mac).for_types(
            r,
            |t| matches!(t, SqlType::MacAddr { bits: 48 }),
            "MAC addresses",
        )
    }),
    Builtin::alone("network.hostname", |r| {
        Composed::exactly((ADJECTIVES.len() * NOUNS.len() * 100) as u64, push_hostname)
            .of_chars(1..=longest(&ADJECTIVES) + 1 + longest(&NOUNS) + 14)
            .for_text(r)
    }),
    Builtin::alone("network.user_agent", |r| Composed::repeating(push_user_agent).for_text(r)),
    Builtin::alone("network.interface", |r| {
        List::plain(r, &["eth0", "eth1", "lo", "wlan0", "ens3", "ens4", "bond0", "br0"])
    }),
];

/// Whether a column of the type holds addresses of machines.
fn is_inet(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Inet)
}

/// Whether a column of the type holds networks.
fn is_cidr(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Inet | SqlType::Cidr)
}

/// Addresses of 10.0.0.0/8 (RFC 1918).
fn ipv4(request: &BindRequest<'_>) -> BindResult {
    let write: Write = |o, out| {
        out.push_str("10.");
        push_octets(out, o & 0xFF_FFFF, 3);
    };
    Composed::exactly(1 << 24, write).of_chars(8..=14).for_types(request, is_inet, "network addresses")
}

/// Appends the lowest `count` octets of the bits in decimal, the highest first, with points between.
fn push_octets(out: &mut Pen, bits: u64, count: u32) {
    for place in (0..count).rev() {
        push_number(out, (bits >> (8 * place)) & 255, 1);
        if place > 0 {
            out.push('.');
        }
    }
}

/// Addresses of 2001:db8::/32 (RFC 3849), the ordinal in the last four groups. Groups have no leading zeros, as the
/// server writes them back; groups of zeros in a row, which it shortens to `::` (RFC 5952), are written out.
fn push_ipv6(ordinal: u64, out: &mut Pen) {
    out.push_str("2001:db8:1:1");
    for place in (0..4).rev() {
        out.push(':');
        let group = (ordinal >> (16 * place)) & 0xFFFF;
        push_hex(out, group, (16 - (group as u16).leading_zeros()).div_ceil(4).max(1));
    }
}

/// Networks 10.x.y.0/24.
fn push_cidr(ordinal: u64, out: &mut Pen) {
    out.push_str("10.");
    push_octets(out, ordinal & 0xFFFF, 2);
    out.push_str(".0/24");
}

/// Locally administered addresses (IEEE 802: second lowest bit of the first octet set).
fn push_mac(ordinal: u64, out: &mut Pen) {
    out.push_str("02");
    for place in (0..5).rev() {
        out.push(':');
        push_hex(out, ordinal >> (8 * place), 2);
    }
}

fn push_hostname(mut ordinal: u64, out: &mut Pen) {
    out.push_str(ADJECTIVES[digit(&mut ordinal, ADJECTIVES.len())]);
    out.push('-');
    out.push_str(NOUNS[digit(&mut ordinal, NOUNS.len())]);
    push_number(out, ordinal % 100, 2);
    out.push_str(".example.net");
}

/// Appends a Firefox or a Chrome of a version from 100 to 139 on one of five systems; one in three is a Firefox.
fn push_user_agent(ordinal: u64, out: &mut Pen) {
    let version = 100 + choose(ordinal, 91, 40) as u64;
    let system = [
        "Windows NT 10.0; Win64; x64",
        "Macintosh; Intel Mac OS X 10_15_7",
        "X11; Linux x86_64",
        "Linux; Android 14; Mobile",
        "iPhone; CPU iPhone OS 17_4 like Mac OS X",
    ][choose(ordinal, 92, 5)];
    out.push_str("Mozilla/5.0 (");
    out.push_str(system);
    if choose(ordinal, 93, 3) == 0 {
        out.push_str("; rv:");
        push_number(out, version, 0);
        out.push_str(".0) Gecko/20100101 Firefox/");
        push_number(out, version, 0);
        out.push_str(".0");
    } else {
        out.push_str(") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/");
        push_number(out, version, 0);
        out.push_str(".0.0.0 Safari/537.36");
    }
}
