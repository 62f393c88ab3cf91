package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var testCipher = NewCipher(Key{1, 2, 3})

func anyCode(t *rapid.T) Code {
	kind := rapid.SampledFrom([]Kind{KindBuilding, KindDwelling, KindEntrance, KindTest}).Draw(t, "kind")
	code, err := testCipher.Code(kind, rapid.Int64Range(0, serialSize-1).Draw(t, "counter"))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestCodesOfTheDesign(t *testing.T) {
	for _, s := range []string{"100000000190", "112345678973", "160072051981", "200000000185", "999999999951"} {
		code, err := ParseCode(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
		}
		if code.String() != s {
			t.Errorf("%s is written %s", s, code)
		}
	}
	for s, want := range map[string]CodeFault{
		"112340678973":  CodeCheck,
		"112354678973":  CodeCheck,
		"112365478973":  CodeCheck,
		"012345678978":  CodeLeadingZero,
		"11234567897":   CodeLength,
		"1123456789731": CodeLength,
		"":              CodeLength,
		"   ":           CodeLength,
		"11234567897x":  CodeCharacters,
	} {
		wantFault(t, s, want)
	}
}

func wantFault(t *testing.T, s string, want CodeFault) {
	t.Helper()
	code, err := ParseCode(s)
	var fault *CodeError
	if !errors.As(err, &fault) || fault.Fault != want {
		t.Errorf("ParseCode(%q) = %v, %v; want %s", s, code, err, want)
		return
	}
	var answer *Error
	if !errors.As(err, &answer) || answer.Kind != Invalid || answer.Slug != string(want) {
		t.Errorf("ParseCode(%q): as an answer %+v; want Invalid %s", s, answer, want)
	}
}

// The remainder alone would let these three pass: 00, 01 and 99 stand in for 97, 98 and 02.
func TestCheckDigitsOutsideTheirRange(t *testing.T) {
	found := map[Code]int{}
	for payload := int64(1_000_000_000); payload < 1_000_001_000; payload++ {
		for _, cc := range []int64{0, 1, 99} {
			code := Code(payload*100 + cc)
			if code%checkModulus != 1 {
				continue
			}
			found[Code(cc)]++
			if code.Valid() {
				t.Errorf("%s is taken for valid", code)
			}
		}
	}
	if len(found) != 3 {
		t.Fatalf("the search met only %v", found)
	}
}

func TestParseAcceptsWhatPeopleWrite(t *testing.T) {
	const want Code = 112345678973
	for _, s := range []string{
		"112345678973", "1123 4567 8973", " 1123-4567-8973\r\n", "1123–4567—8973", "1123\u22124567\u22128973",
		"1123.4567.8973", "1123·4567·8973", "１１２３４５６７８９７３", "１１２３　４５６７－８９７３", "1123\u00a04567\u202f8973",
		"编码：112345678973", "编码: 1123 4567 8973", "房屋编码：１１２３　４５６７　８９７３", "编码112345678973", "【编码：112345678973】",
		"「112345678973」", "Code: 112345678973", "House code 1123 4567 8973", "Nr. 112345678973", "CODE：112345678973",
		"#112345678973", "\ufeff112345678973", "1123\u200b4567\u200b8973", "\u202a112345678973\u202c", "1123\u00ad45678973",
		`"112345678973"`, "'112345678973", "“112345678973”", "(112345678973)", "1 1 2 3 4 5 6 7 8 9 7 3",
	} {
		got, err := ParseCode(s)
		if err != nil || got != want {
			t.Errorf("ParseCode(%q) = %v, %v", s, got, err)
		}
	}
}

func TestParseNeverGuesses(t *testing.T) {
	for _, s := range []string{
		"l12345678973", "1123456789Z3", "O12345678973", "11234567897३", "١١٢٣٤٥٦٧٨٩٧٣", "①12345678973", "1.12345678973E+11",
		"-112345678973", "112345678973-", "112345678973.", "+112345678973", "112,345,678,973", "112345678973;", "0x1a28",
		"112345678973 200000000185x", "Gate 5: 112345678973", "abc112345678973", "编码：编码：112345678973", "112345678973 编码",
		"\xff12345678973", strings.Repeat(" ", 300) + "112345678973", "<b>112345678973</b>", "112345678973\x00", "1123/4567/8973", "½12345678973",
	} {
		wantFault(t, s, CodeCharacters)
	}
	for _, s := range []string{"112345678973 200000000185", "112345678973.0", "1123456789730", "00112345678973", strings.Repeat("1", 250)} {
		wantFault(t, s, CodeLength)
	}
}

func TestErrorsDoNotRepeatTheText(t *testing.T) {
	for _, s := range []string{"110101199003071233", "13800138000", "13800138000x", "112340678973"} {
		_, err := ParseCode(s)
		if err == nil || strings.Contains(err.Error(), s[:8]) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestSingleSlipsAreRejected(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	var wrong, swapped, twins, jumps int
	for range 10_000 {
		code := makeCode(Kind(1+random.IntN(9)), uint64(random.Int64N(serialSize)))
		if !code.Valid() {
			t.Fatalf("%s was made and is not valid", code)
		}
		digits := []byte(code.String())
		reject := func(what string, count *int) {
			if _, err := ParseCode(string(digits)); err == nil {
				t.Errorf("%s passes for %s: %s", digits, code, what)
			}
			*count++
		}
		for i, was := range digits {
			for d := byte('0'); d <= '9'; d++ {
				if digits[i] = d; d != was {
					reject("one digit wrong", &wrong)
				}
			}
			digits[i] = was
			for j := range i {
				if digits[i] != digits[j] {
					digits[i], digits[j] = digits[j], digits[i]
					reject("two digits swapped", &swapped)
					digits[i], digits[j] = digits[j], digits[i]
				}
			}
			twin := func(j int, what string, count *int) {
				if j >= len(digits) || digits[j] != was {
					return
				}
				for d := byte('0'); d <= '9'; d++ {
					if digits[i], digits[j] = d, d; d != was {
						reject(what, count)
					}
				}
				digits[i], digits[j] = was, was
			}
			twin(i+1, "twin", &twins)
			twin(i+2, "jump twin", &jumps)
		}
	}
	if wrong != 10_000*12*9 || swapped < 500_000 || twins < 50_000 || jumps < 50_000 {
		t.Fatalf("tried only %d wrong digits, %d swaps, %d twins, %d jump twins", wrong, swapped, twins, jumps)
	}
}

func TestEverySpellingOfACodeParses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := anyCode(t)
		separator := rapid.SampledFrom([]string{"", " ", "-", "\u200b", "　", ".", "–"})
		full := rapid.Bool().Draw(t, "full width")
		var b strings.Builder
		b.WriteString(rapid.SampledFrom([]string{"", "编码：", "code: ", "\ufeff", "\""}).Draw(t, "front"))
		for i, r := range code.String() {
			if i > 0 {
				b.WriteString(separator.Draw(t, "separator"))
			}
			if full {
				r += '０' - '0'
			}
			b.WriteRune(r)
		}
		got, err := ParseCode(b.String())
		if err != nil || got != code {
			t.Fatalf("ParseCode(%q) = %v, %v; want %v", b.String(), got, err, code)
		}
	})
}

func TestSpoken(t *testing.T) {
	if got := Code(112345678973).Spoken(); got != "1123 4567 8973" {
		t.Error(got)
	}
}

func TestCodeInJSON(t *testing.T) {
	type record struct {
		Code Code          `json:"code"`
		By   map[Code]Kind `json:"by"`
	}
	in := record{Code: 112345678973, By: map[Code]Kind{200000000185: KindDwelling}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"code":"112345678973","by":{"200000000185":"dwelling"}}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out record
	if err := json.Unmarshal(text, &out); err != nil || out.Code != in.Code || out.By[200000000185] != KindDwelling {
		t.Errorf("%+v, %v", out, err)
	}
	for _, s := range []string{`{"code":112345678973}`, `{"code":"112345678974"}`, `{"code":true}`, `{"by":{"112345678973":"house"}}`} {
		if err := json.Unmarshal([]byte(s), &out); err == nil {
			t.Errorf("%s is accepted", s)
		}
	}
	if text, err := json.Marshal(record{}); err == nil {
		t.Errorf("no code at all is written as %s", text)
	}
}

func TestKinds(t *testing.T) {
	for d := range Kind(10) {
		known := d == 1 || d == 2 || d == 3 || d == 9
		if d.Known() != known {
			t.Errorf("%v.Known() = %v", d, d.Known())
		}
		if d == 0 {
			continue
		}
		code := makeCode(d, 5)
		if got, err := ParseCode(code.String()); err != nil || got.Kind() != d {
			t.Errorf("a code of %v is read as %v, %v", d, got.Kind(), err)
		}
	}
	if Code(7).Kind() != 0 || Code(-1).Kind() != 0 || Code(7).Valid() || Code(-112345678973).Valid() {
		t.Error("a number that is no code has a kind or is valid")
	}
}

func TestSlipsFindWhatWasMeant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := anyCode(t)
		digits := []byte(code.String())
		i := rapid.IntRange(0, 11).Draw(t, "i")
		j := rapid.IntRange(0, 11).Draw(t, "j")
		d := byte(rapid.IntRange('0', '9').Draw(t, "digit"))
		switch rapid.IntRange(0, 4).Draw(t, "slip") {
		case 0:
			digits[i] = d
		case 1:
			digits[i], digits[j] = digits[j], digits[i]
		case 2:
			digits = slices.Delete(digits, i, i+1)
		case 3:
			digits = slices.Insert(digits, i, d)
		case 4:
			apart := rapid.IntRange(1, 2).Draw(t, "apart")
			if i+apart > 11 || digits[i] != digits[i+apart] {
				t.Skip("no twins here")
			}
			digits[i], digits[i+apart] = d, d
		}
		found := Slips(string(digits))
		if string(digits) == code.String() {
			if len(found) != 0 {
				t.Fatalf("suggestions for the valid code %s: %v", code, found)
			}
			return
		}
		if !slices.Contains(found, code) {
			t.Fatalf("Slips(%q) = %v misses %v", digits, found, code)
		}
		seen := map[Code]bool{}
		for _, c := range found {
			if !c.Valid() || seen[c] {
				t.Fatalf("Slips(%q) = %v: invalid or twice", digits, found)
			}
			seen[c] = true
		}
	})
}

func TestSlipsOrderAndNothing(t *testing.T) {
	if found := Slips("1123 5467 8973"); len(found) == 0 || found[0] != 112345678973 {
		t.Errorf("two neighbours swapped: %v", found)
	}
	for _, s := range []string{"", "abc", "112345678973", "123", "1123456789", "11234567897312", strings.Repeat("1", 5000)} {
		if found := Slips(s); len(found) != 0 {
			t.Errorf("Slips(%.20q) = %v", s, found)
		}
	}
}

func TestKeyHides(t *testing.T) {
	key := Key(bytes.Repeat([]byte{0xab}, 32))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "%d", "%q"} {
		got := fmt.Sprintf(verb, struct{ K Key }{key})
		if strings.Contains(strings.ToLower(got), "ab") || strings.Contains(got, "171") {
			t.Errorf("%s shows the key: %s", verb, got)
		}
	}
	if text, err := json.Marshal(key); err == nil {
		t.Errorf("JSON shows the key: %s", text)
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"112345678973", "编码：１１２３　４５６７－８９７３", "\ufeff1123\u200b45678973", "-1", "12:34", "№ 1", "\xff", "#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseCode(s)
		if err != nil {
			var fault *CodeError
			if !errors.As(err, &fault) || code != 0 {
				t.Fatalf("%v, %v", code, err)
			}
			for _, c := range Slips(s) {
				if !c.Valid() {
					t.Fatalf("Slips gives %d", c)
				}
			}
			return
		}
		again, err := ParseCode(code.Spoken())
		if err != nil || again != code {
			t.Fatalf("%v is read back as %v, %v", code, again, err)
		}
		// Nothing but the twelve digits decided: they are in the text, in order, as ASCII or full-width digits.
		var digits []rune
		for _, r := range s {
			if r >= '０' && r <= '９' {
				r -= '０' - '0'
			}
			if r >= '0' && r <= '9' {
				digits = append(digits, r)
			}
		}
		if string(digits) != code.String() {
			t.Fatalf("%q is read as %v", s, code)
		}
	})
}
