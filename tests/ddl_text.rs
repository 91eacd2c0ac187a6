//! DDL as lists of items, so that tests can add, drop and reorder columns and tables, and print it again.

use std::fmt;

/// A script of tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct DdlText {
    /// Statements before the tables.
    pub(crate) before: Vec<String>,
    pub(crate) tables: Vec<TableText>,
    /// Statements after the tables.
    pub(crate) after: Vec<String>,
}

/// `CREATE TABLE name (columns, constraints) options`.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableText {
    pub(crate) name: String,
    /// Each with its name first.
    pub(crate) columns: Vec<String>,
    pub(crate) constraints: Vec<String>,
    pub(crate) options: String,
}

impl DdlText {
    /// Reads a script that has one column or constraint a line.
    pub(crate) fn read(text: &str) -> Self {
        let mut script = Self::default();
        let mut open: Option<TableText> = None;
        let mut statement = String::new();
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("--")) {
            match (&mut open, line.strip_prefix("CREATE TABLE ").and_then(|l| l.strip_suffix(" ("))) {
                (None, Some(name)) => {
                    open = Some(TableText { name: name.to_owned(), ..TableText::default() })
                }
                (None, None) => {
                    statement.push_str(line);
                    if line.ends_with(';') {
                        let list =
                            if script.tables.is_empty() { &mut script.before } else { &mut script.after };
                        list.push(std::mem::take(&mut statement));
                    }
                }
                (Some(table), _) => match line.strip_prefix(')') {
                    Some(end) => {
                        table.options = end.trim_end_matches(';').trim().to_owned();
                        script.tables.extend(open.take());
                    }
                    None => table.push(line.trim_end_matches(',')),
                },
            }
        }
        script
    }

    /// The table of this name.
    pub(crate) fn table(&mut self, name: &str) -> &mut TableText {
        self.tables.iter_mut().find(|t| t.name == name).unwrap_or_else(|| panic!("no table `{name}`"))
    }
}

impl TableText {
    fn push(&mut self, item: &str) {
        let first = item.split([' ', '(']).next().unwrap_or_default();
        let constraint = ["PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "CONSTRAINT"].contains(&first);
        let list = if constraint { &mut self.constraints } else { &mut self.columns };
        list.push(item.to_owned());
    }

    /// The columns' names.
    pub(crate) fn column_names(&self) -> Vec<String> {
        self.columns.iter().map(|c| c.split(' ').next().unwrap_or_default().to_owned()).collect()
    }
}

impl fmt::Display for DdlText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.before.iter().try_for_each(|s| writeln!(f, "{s}"))?;
        self.tables.iter().try_for_each(|t| write!(f, "{t}"))?;
        self.after.iter().try_for_each(|s| writeln!(f, "{s}"))
    }
}

impl fmt::Display for TableText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items: Vec<&str> = self.columns.iter().chain(&self.constraints).map(String::as_str).collect();
        let options = if self.options.is_empty() { String::new() } else { format!(" {}", self.options) };
        writeln!(f, "CREATE TABLE {} (\n    {}\n){options};", self.name, items.join(",\n    "))
    }
}
