//! Compressed bodies: never inflated, whatever they are called.

use crate::support::{Memory, builder, on_both};
use test_server::Database;

const ENCODINGS: [&str; 12] = [
    "gzip",
    "GZIP",
    "x-gzip",
    "br",
    "zstd",
    "deflate",
    "compress",
    "gzip, gzip",
    "identity, gzip",
    "gzip, identity",
    "unknown",
    "",
];

const BOMB: usize = 194 * 1024;
/// Far less than any of the bombs holds.
const MOST_GROWTH: u64 = 6;

/// A gzip member of about 30 MiB of zeros: one literal, then "258 bytes, again" in 13 bits each (RFC 1951).
fn bomb() -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut push =
        |code: u32, length: u32| bits.extend((0..length).rev().map(|at| code >> at & 1 == 1));
    // The last block, with the fixed codes; the literal 0.
    push(0b110, 3);
    push(0b0011_0000, 8);
    for _ in 0..BOMB * 8 / 13 {
        // Length 258, distance 1.
        push(0b1100_0101, 8);
        push(0, 5);
    }
    push(0, 7);
    let byte = |bits: &[bool]| {
        bits.iter()
            .rev()
            .fold(0, |byte, bit| byte << 1 | u8::from(*bit))
    };
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    head.into_iter().chain(bits.chunks(8).map(byte)).collect()
}

fn compressed_bodies_are_refused_unread(database: &Database) {
    let server = builder(database).start();
    let user = server.user("bomb");
    let bomb = bomb();
    let post = |target: &str, encoding: &str| {
        let call = server.post(target).bearer(&user.token);
        let call = call.header("Content-Type", "application/json");
        call.header("Content-Encoding", encoding).bytes(&bomb)
    };
    let _ = post("/orgs", "gzip").expect(415);
    let memory = Memory::of(&server);
    for encoding in ENCODINGS {
        for target in ["/orgs", "/auth/login", "/auth/register"] {
            let reply = post(target, encoding).expect(415);
            assert_eq!(reply.string("/code"), "UNSUPPORTED_MEDIA_TYPE");
        }
    }
    let twice = post("/orgs", "identity").header("Content-Encoding", "gzip");
    let _ = twice.expect(415);
    let growth = memory.peak_growth();
    assert!(growth <= MOST_GROWTH, "{growth} MiB");
}

#[test]
fn the_bomb_is_one() {
    let (path, bomb) = (tempfile::NamedTempFile::new().unwrap(), bomb());
    std::fs::write(path.path(), bomb).unwrap();
    // The trailer is missing, which the program says after it has inflated everything.
    let shell = "gzip -dc < \"$1\" 2>/dev/null | wc -c";
    let output = std::process::Command::new("sh")
        .args(["-c", shell, "sh"])
        .arg(path.path())
        .output();
    let inflated: usize = String::from_utf8_lossy(&output.unwrap().stdout)
        .trim()
        .parse()
        .unwrap();
    assert!(inflated > 100 * BOMB, "{inflated}");
}

on_both!(compressed_bodies_are_refused_unread);
