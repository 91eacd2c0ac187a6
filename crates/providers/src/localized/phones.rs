//! The telephone numbers of a country, as patterns.

/// The telephone numbers of a country, without its code and the zero before an area: `#` is any digit. All of a list
/// have as many of these.
#[derive(Debug)]
pub(crate) struct Phones {
    /// What is dialled before a number within the country.
    pub(crate) trunk: &'static str,
    /// Numbers that may repeat.
    pub(crate) usual: &'static [&'static str],
    /// Numbers that must differ: far more of them.
    pub(crate) distinct: &'static [&'static str],
}

/// How many numbers some patterns have.
pub(crate) fn numbers(patterns: &[&str]) -> u64 {
    let open = patterns.first().map_or(0, |p| p.matches('#').count());
    patterns.len() as u64 * 10_u64.saturating_pow(open as u32)
}
