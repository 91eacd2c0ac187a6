//! Rows that the server may refuse for a reason that only it knows, such as a trigger's: those that it takes go in, the
//! others are counted and told.
//!
//! Only a routine can go on after an error. Where all rows of a table go in at once, it costs no more than that.

use seedbed_schema_model::Dialect;
use seedbed_sql_values::quote_text;
use std::fmt::Write as _;

/// Makes the routine, which ends the transaction at hand. (MySQL manual, "GET DIAGNOSTICS Statement", "DECLARE ... HANDLER
/// Statement".)
pub(super) const PROCEDURE: &str = r"DROP PROCEDURE IF EXISTS seedbed_fill;
DELIMITER //
CREATE PROCEDURE seedbed_fill(IN what TEXT, IN wanted BIGINT, IN statement LONGTEXT)
BEGIN
  DECLARE at_row, refused BIGINT DEFAULT 0;
  DECLARE failed BOOLEAN DEFAULT FALSE;
  DECLARE reason, first_reason TEXT;
  DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN
    GET DIAGNOSTICS CONDITION 1 reason = MESSAGE_TEXT;
    SET failed = TRUE;
  END;
  SET @seedbed_statement = statement, @seedbed_first = 1, @seedbed_last = wanted;
  PREPARE seedbed_fill FROM @seedbed_statement;
  EXECUTE seedbed_fill USING @seedbed_first, @seedbed_last;
  IF failed THEN
    WHILE at_row < wanted DO
      SET at_row = at_row + 1, failed = FALSE;
      SET @seedbed_first = at_row, @seedbed_last = at_row;
      EXECUTE seedbed_fill USING @seedbed_first, @seedbed_last;
      IF failed THEN
        SET refused = refused + 1, first_reason = COALESCE(first_reason, CONCAT('row ', at_row, ': ', reason));
      END IF;
    END WHILE;
  END IF;
  DEALLOCATE PREPARE seedbed_fill;
  IF refused > 0 THEN
    SELECT CONCAT('left out, the server refuses them: ', refused, ' of ', wanted, ' rows of ', what, '; ', first_reason)
      AS warning;
  END IF;
END //
DELIMITER ;
";

/// Takes the routine away again.
pub(super) const DROP_PROCEDURE: &str = "DROP PROCEDURE seedbed_fill;\n";

/// The column of a staging table that counts its rows.
pub(super) const ROW_NUMBER: &str = " (seedbed_row BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY)";

/// Has the routine carry out `insert ... SELECT ... FROM stage`, with what belongs behind its condition.
pub(super) fn push_fill(table: &str, rows: u64, insert: &str, tail: &str, out: &mut String) {
    let text = |text: &str| quote_text(Dialect::MySql, text);
    let statement = format!("{insert} WHERE seedbed_row BETWEEN ? AND ?{tail}");
    let _ = writeln!(out, "CALL seedbed_fill({}, {rows}, {});", text(table), text(&statement));
}
