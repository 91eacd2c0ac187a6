//! Addresses of hosts and networks: `inet` and `cidr` (PostgreSQL's manual, §9.12).

use super::{BuiltinFunction, strict};
use crate::{Context, EvaluateError, cast};
use seedbed_sql_values::Value;
use std::net::IpAddr;

/// PostgreSQL's.
#[rustfmt::skip]
pub(crate) const POSTGRES: &[BuiltinFunction] = &[
    strict("family", (1, 1), |a, cx| address(a, cx).map(|at| whole(if at.ip.is_ipv4() { 4 } else { 6 }))),
    strict("masklen", (1, 1), |a, cx| address(a, cx).map(|at| whole(at.bits))),
    strict("host", (1, 1), |a, cx| address(a, cx).map(|at| Value::Text(at.ip.to_string()))),
];

/// An address, and how many bits of it are the network's.
struct Address {
    ip: IpAddr,
    bits: u8,
}

/// The address that a text is.
fn address(args: &[Value], cx: &Context<'_>) -> Result<Address, EvaluateError> {
    let text = cast::as_text(&args[0], cx);
    let (ip, bits) = match text.split_once('/') {
        Some((ip, bits)) => (ip, Some(bits)),
        None => (text.as_str(), None),
    };
    let read = || {
        let ip: IpAddr = ip.parse().ok()?;
        let all = if ip.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(all), |bits| bits.parse().ok().filter(|bits| *bits <= all))?;
        Some(Address { ip, bits })
    };
    read().ok_or_else(|| super::mismatch("inet", &args[0]))
}

fn whole(n: u8) -> Value {
    Value::Integer(n.into())
}
