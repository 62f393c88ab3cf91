package registry

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"
)

// LooksPersonal says whether free text holds what looks like a resident's
// identity number (GB 11643: 17 digits and a check character, with a real date
// of birth) or a mainland mobile number (11 digits from 13 to 19). Spaces,
// hyphens and full-width forms are seen through. The registry is one of
// houses: such text is refused, and never repeated in an error or a log.
func LooksPersonal(text string) bool {
	if digits(text) < mobileDigits {
		return false // as of nearly every name: an import asks about millions
	}
	var run digitRun
	for _, r := range width.Narrow.String(text) {
		switch {
		case r >= '0' && r <= '9':
			run.add(byte(r))
		case (r == 'x' || r == 'X') && len(run.digits) >= 17:
			run.add('X')
			run.split()
		case isSeparator(r):
			run.split()
		default:
			if run.personal() {
				return true
			}
			run = digitRun{}
		}
	}
	return run.personal()
}

// mobileDigits is how many digits the shorter of the two numbers has.
const mobileDigits = 11

// digits counts a text's digits, the full-width ones too.
func digits(text string) (n int) {
	for _, r := range text {
		if r >= '0' && r <= '9' || r >= '０' && r <= '９' {
			n++
		}
	}
	return n
}

// contact matches what is written like a telephone number of any country, a
// landline of the mainland, or the bare form of an identity number, old or new,
// right or mistyped.
var contact = regexp.MustCompile(`(?:^|[^0-9])(?:(?:\+|00)[1-9](?:[ ()./-]*[0-9]){6,14}|0[0-9]{2,3}[ -]?[0-9]{7,8}|[1-9][0-9]{14}|[1-9][0-9]{16}[0-9xX])(?:[^0-9]|$)`)

// LooksLikeContact is the stricter question for what officers write down at a
// door: a telephone number of any kind, or an identity number, even a mistyped
// one, has no place in a note.
func LooksLikeContact(text string) bool {
	return LooksPersonal(text) || contact.MatchString(width.Narrow.String(text))
}

// digitRun is a stretch of text with nothing but digits and separators. The
// places of the separators are kept: "12 13800138000" is a floor and a number,
// "138 0013 8000" is one number.
type digitRun struct {
	digits []byte
	breaks []int // offsets in digits at which a written number may begin or end
}

func (r *digitRun) add(d byte) { r.digits = append(r.digits, d) }

func (r *digitRun) split() {
	if n := len(r.breaks); n == 0 || r.breaks[n-1] != len(r.digits) {
		r.breaks = append(r.breaks, len(r.digits))
	}
}

func (r *digitRun) personal() bool {
	for i := 0; i+18 <= len(r.digits); i++ {
		if isIdentityNumber(string(r.digits[i : i+18])) {
			return true
		}
	}
	edges := append(append([]int{0}, r.breaks...), len(r.digits))
	for i, from := range edges {
		for _, to := range edges[i+1:] {
			if to-from > len("008613800138000") {
				break
			}
			if isMobileNumber(string(r.digits[from:to])) {
				return true
			}
		}
	}
	return false
}

func isSeparator(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) || strings.ContainsRune(".·_/()+", r)
}

func isIdentityNumber(s string) bool {
	if s[0] == '0' || strings.ContainsRune(s[:17], 'X') {
		return false
	}
	born, err := time.Parse("20060102", s[6:14])
	if err != nil || born.Year() < 1850 || born.Year() > 2100 {
		return false
	}
	// GB 11643-1999 section 3.2.5, which is ISO 7064 MOD 11-2.
	p := 0
	for _, d := range s[:17] {
		p = (p + int(d-'0')) * 2 % 11
	}
	return s[17] == "0123456789X"[(12-p)%11]
}

// isMobileNumber looks at a whole written number: eleven digits inside a longer
// one are somebody's parcel.
func isMobileNumber(s string) bool {
	for _, prefix := range []string{"0086", "86"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok && len(rest) == 11 {
			s = rest
		}
	}
	return len(s) == 11 && s[0] == '1' && s[1] >= '3'
}
