//! The access guide shows the reviewed matrix of the built-in roles.

use std::fs;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access.md");
const MATRIX: &str = include_str!("../src/role_matrix.txt");
const BEGIN: &str = "a test keeps it up to date -->\n";
const END: &str = "<!-- /matrix -->";

/// The matrix as a Markdown table; what is not held is an empty cell.
fn table() -> String {
    let mut lines = MATRIX.lines();
    let roles: Vec<_> = lines
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let mut table = format!("\n| permission | `{}` |\n", roles.join("` | `"));
    table += &format!("| --- |{}\n", " --- |".repeat(roles.len()));
    for line in lines {
        let mut cells = line.split_whitespace();
        table += &format!("| `{}` |", cells.next().unwrap_or_default());
        for cell in cells {
            table += &if cell == "-" {
                " |".to_owned()
            } else {
                format!(" {cell} |")
            };
        }
        table += "\n";
    }
    table + "\n"
}

#[test]
fn the_access_guide_shows_the_reviewed_matrix() {
    let page = fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let up_to_date = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        fs::write(PAGE, &up_to_date).unwrap();
    }
    let page = fs::read_to_string(PAGE).unwrap();
    assert!(
        page == up_to_date,
        "run this test with UPDATE_DOCUMENTS=1 to write the matrix into docs/access.md"
    );
}
