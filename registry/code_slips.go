package registry

// Slips gives the valid codes that a hand could have meant when it wrote s: those one slip away, the likelier slips
// first, each once. A slip is two neighbouring digits swapped, one digit wrong, one digit lost or added, the same digit
// wrong twice (11 for 22, 1x1 for 2x2), or any two digits swapped.
//
// It knows nothing of the ledger: look the codes up and offer at most three that were really issued. There is none for a
// text that is not a row of digits, nor for a valid code (the check digits keep valid codes more than one such slip apart).
func Slips(s string) []Code {
	digits, err := codeText(s)
	if err != nil {
		return nil
	}
	var found slips
	switch len(digits) {
	case codeDigits - 1:
		found.lost(digits)
	case codeDigits + 1:
		found.added(digits)
	case codeDigits:
		if digitsCode(digits).Valid() {
			return nil
		}
		found.swapped(digits, 1, 1)
		found.wrong(digits)
		found.twins(digits)
		found.swapped(digits, 2, codeDigits-1)
	}
	return found.codes
}

// slips gathers candidates. The methods change digits while they try and put back what was there.
type slips struct {
	codes []Code
}

func (f *slips) try(digits []byte) {
	code := digitsCode(digits)
	if !code.Valid() {
		return
	}
	for _, seen := range f.codes {
		if seen == code {
			return
		}
	}
	f.codes = append(f.codes, code)
}

// lost tries every digit in every gap.
func (f *slips) lost(digits []byte) {
	longer := make([]byte, len(digits)+1)
	for at := range longer {
		copy(longer, digits[:at])
		copy(longer[at+1:], digits[at:])
		for d := byte('0'); d <= '9'; d++ {
			longer[at] = d
			f.try(longer)
		}
	}
}

// added tries without each digit.
func (f *slips) added(digits []byte) {
	shorter := make([]byte, len(digits)-1)
	for at := range digits {
		copy(shorter, digits[:at])
		copy(shorter[at:], digits[at+1:])
		f.try(shorter)
	}
}

// wrong tries every other digit in every place.
func (f *slips) wrong(digits []byte) {
	for at, was := range digits {
		for d := byte('0'); d <= '9'; d++ {
			digits[at] = d
			f.try(digits)
		}
		digits[at] = was
	}
}

// twins tries every other pair of equal digits where two equal digits stand side by side or around a third.
func (f *slips) twins(digits []byte) {
	for _, apart := range [...]int{1, 2} {
		for at := 0; at+apart < len(digits); at++ {
			was := digits[at]
			if digits[at+apart] != was {
				continue
			}
			for d := byte('0'); d <= '9'; d++ {
				digits[at], digits[at+apart] = d, d
				f.try(digits)
			}
			digits[at], digits[at+apart] = was, was
		}
	}
}

// swapped tries exchanging every two digits that are between near and far places apart.
func (f *slips) swapped(digits []byte, near, far int) {
	for apart := near; apart <= far; apart++ {
		for at := 0; at+apart < len(digits); at++ {
			digits[at], digits[at+apart] = digits[at+apart], digits[at]
			f.try(digits)
			digits[at], digits[at+apart] = digits[at+apart], digits[at]
		}
	}
}
