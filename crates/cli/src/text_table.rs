//! Tables of text for the terminal.

use crate::legible::legible_line;
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
pub(crate) use seedbed::datagen::grouped;
pub(crate) use seedbed::job::clipped;

/// Cells under a header, columns aligned, two spaces between them, each line ending without spaces.
pub(crate) fn text_table<R>(header: &[&str], rows: impl IntoIterator<Item = R>) -> String
where
    R: IntoIterator<Item = String>,
{
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(header.iter().map(|name| legible_line(name)));
    for row in rows {
        table.add_row(row.into_iter().map(|cell| legible_line(&cell).into_owned()));
    }
    table.lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}

/// `1 table`, `7 tables`, `1,000 rows`.
pub(crate) fn counted(number: impl TryInto<u64>, noun: &str) -> String {
    seedbed::datagen::counted(number.try_into().unwrap_or(u64::MAX), noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_end_clean() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned);
        let text = text_table(&["name", "rows"], [row(["a", "1"]), row(["longer", ""])]);
        assert_eq!(text, "  name    rows\n  a       1\n  longer\n");
    }

    #[test]
    fn one_thing_is_no_plural() {
        assert_eq!(
            [counted(0_u64, "row"), counted(1_usize, "row"), counted(1_000_u64, "row")],
            ["0 rows", "1 row", "1,000 rows"]
        );
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(grouped).each_ref().map(String::as_str)
        );
    }
}
