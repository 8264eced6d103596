//! Base62 with the digits `0-9A-Za-z`, in this order.

use zeroize::Zeroizing;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Random bytes from here on would make the first digits likelier: 248 is the largest multiple of 62 that fits a byte.
const UNBIASED: u8 = 248;

/// Random digits, all equally likely, from the operating system's randomness.
pub(super) fn random<const N: usize>() -> Zeroizing<[u8; N]> {
    let mut digits = Zeroizing::new([0; N]);
    let mut random = Zeroizing::new([0; N]);
    let mut filled = 0;
    while filled < N {
        getrandom::fill(&mut *random).expect("the operating system provides randomness");
        for byte in random
            .iter()
            .filter(|byte| **byte < UNBIASED)
            .take(N - filled)
        {
            digits[filled] = ALPHABET[usize::from(byte % 62)];
            filled += 1;
        }
    }
    digits
}

/// A number's last `N` digits, zero-padded, the most significant one first.
pub(super) fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut digits = [ALPHABET[0]; N];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    digits
}

/// Whether a text has no other characters.
pub(super) fn is_base62(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_with_leading_zeros_and_none_is_cut() {
        assert_eq!(&digits::<6>(0), b"000000");
        assert_eq!(&digits::<6>(61), b"00000z");
        assert_eq!(&digits::<6>(62), b"000010");
        let back = digits::<6>(u32::MAX).iter().fold(0_u64, |n, digit| {
            n * 62 + ALPHABET.iter().position(|a| a == digit).unwrap() as u64
        });
        assert_eq!(back, u64::from(u32::MAX));
    }

    #[test]
    fn every_digit_is_about_equally_likely() {
        let mut counts = [0_u32; 62];
        for _ in 0..2_000 {
            for digit in random::<62>().iter() {
                counts[ALPHABET.iter().position(|a| a == digit).unwrap()] += 1;
            }
        }
        // 2,000 expected of each, standard deviation 45; taking bytes modulo 62 would give the first eight 2,422.
        assert!(
            counts.iter().all(|n| (1_700..2_300).contains(n)),
            "{counts:?}"
        );
    }
}
