package registry

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CodeFault says what is wrong with a text that should be a code. Its text is a stable slug.
type CodeFault string

// The faults, in the order in which they are looked for: the first that applies is the one reported.
const (
	CodeCharacters  CodeFault = "code_characters"   // something other than digits, separators and a label
	CodeLength      CodeFault = "code_length"       // not twelve digits
	CodeLeadingZero CodeFault = "code_leading_zero" // the first digit is 0
	CodeCheck       CodeFault = "code_check_digits" // a digit is wrong or two are swapped
)

// CodeError is returned for a text that is not a code. It does not repeat the text: what people paste into a code field
// by mistake may be an identity or a telephone number.
type CodeError struct {
	Fault  CodeFault
	Digits int // how many digits the text holds; meaningful unless Fault is CodeCharacters
}

// Error says in English what is wrong.
func (e *CodeError) Error() string {
	switch e.Fault {
	case CodeLength:
		return fmt.Sprintf("a house code has 12 digits, this has %d", e.Digits)
	case CodeLeadingZero:
		return "a house code does not start with 0"
	case CodeCheck:
		return "the check digits do not fit: a digit is wrong, or two are swapped"
	}
	return "a house code is made of 12 digits and nothing else"
}

// Unwrap gives the same answer as an [*Error] of kind Invalid, its slug the fault.
func (e *CodeError) Unwrap() error {
	return &Error{Kind: Invalid, Slug: string(e.Fault), Detail: e.Error()}
}

// maxCodeText bounds, in bytes, how much text is looked at: a label, twelve full-width digits and their separators fit
// many times over.
const maxCodeText = 256

// ParseCode reads a code as people type and paste it. Beside the twelve digits it accepts
//
//   - full-width digits (１１２３),
//   - between the digits: spaces of any kind, hyphens, dashes, full stops and middle dots,
//   - around them: spaces, quotation marks and brackets,
//   - invisible characters anywhere, as word processors and chat programs leave them,
//   - in front: a label that ends in a colon ("编码：", "Code:"), or one of the usual words without a colon (编码, 房码).
//
// It never guesses: letters that look like digits, digits of other scripts and codes with a wrong check digit are errors.
// The error is a [*CodeError]; see [Slips] for what the writer may have meant.
func ParseCode(s string) (Code, error) {
	digits, err := codeText(s)
	if err != nil {
		return 0, err
	}
	switch {
	case len(digits) != codeDigits:
		return 0, &CodeError{Fault: CodeLength, Digits: len(digits)}
	case digits[0] == '0':
		return 0, &CodeError{Fault: CodeLeadingZero, Digits: codeDigits}
	}
	code := digitsCode(digits)
	if !code.Valid() {
		return 0, &CodeError{Fault: CodeCheck, Digits: codeDigits}
	}
	return code, nil
}

// digitsCode gives the number that at most twelve ASCII digits write, valid as a code or not.
func digitsCode(digits []byte) Code {
	var n Code
	for _, d := range digits {
		n = n*10 + Code(d-'0')
	}
	return n
}

// codeText gives the ASCII digits in s, once label, separators and wrapping are taken away, or CodeCharacters if anything
// else is there.
func codeText(s string) ([]byte, error) {
	if len(s) > maxCodeText || !utf8.ValidString(s) {
		return nil, &CodeError{Fault: CodeCharacters}
	}
	s = strings.TrimFunc(strings.Map(foldCodeRune, s), isCodeWrapping)
	s = strings.TrimFunc(withoutCodeLabel(s), isCodeWrapping)
	digits := make([]byte, 0, codeDigits)
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		// The wrapping is trimmed, so a separator at either end is a sign or a stray mark, not a separator.
		case isCodeSeparator(r) && i > 0 && i+utf8.RuneLen(r) < len(s):
		default:
			return nil, &CodeError{Fault: CodeCharacters}
		}
	}
	return digits, nil
}

// foldCodeRune turns full-width forms into ASCII and drops characters that cannot be seen.
func foldCodeRune(r rune) rune {
	const fullWidthShift = '！' - '!'
	switch {
	case r >= '！' && r <= '～':
		return r - fullWidthShift
	case unicode.Is(unicode.Cf, r): // zero-width spaces and joiners, direction marks, the byte order mark, the soft hyphen
		return -1
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

func isCodeSeparator(r rune) bool {
	// U+2212 is the minus sign, which fonts and spreadsheets put in place of a hyphen; U+30FB the katakana middle dot.
	return r == ' ' || r == '.' || r == '·' || r == '\u30fb' || r == '\u2212' || unicode.Is(unicode.Pd, r)
}

func isCodeWrapping(r rune) bool {
	return r == ' ' || unicode.In(r, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf) || r == '"' || r == '\''
}

// withoutCodeLabel cuts off what stands in front of the first digit if it is a label; otherwise it gives s unchanged.
func withoutCodeLabel(s string) string {
	first := strings.IndexAny(s, "0123456789")
	if first <= 0 {
		return s
	}
	label := strings.TrimFunc(s[:first], isCodeWrapping)
	word, colon := strings.CutSuffix(label, ":")
	word = strings.TrimSpace(word)
	if colon && isCodeLabel(word) || isCodeWord(word) {
		return s[first:]
	}
	return s
}

func isCodeLabel(word string) bool {
	for _, r := range word {
		if !unicode.IsLetter(r) && r != ' ' && r != '.' {
			return false
		}
	}
	return true
}

func isCodeWord(word string) bool {
	switch strings.ToLower(word) {
	case "编码", "房码", "房屋编码", "楼栋编码", "套间编码", "房屋代码", "编号", "編碼", "房碼",
		"code", "house code", "building code", "fangma", "no", "no.", "nr", "nr.", "№", "#":
		return true
	}
	return false
}
