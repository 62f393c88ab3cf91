package registry

import "testing"

func TestLooksPersonal(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                  false,
		"two floors added in 2019":          false,
		"11010519491231002X":                true,
		"id 110105 19491231 002x, see file": true,
		"１１０１０５１９４９１２３１００２Ｘ": true,
		"110105194912310021":                 false, // wrong check character
		"110105194913310029":                 false, // no such month
		"call 13800138000":                   true,
		"138-0013-8000":                      true,
		"+86 138 0013 8000":                  true,
		"floor 12 13800138000":               true,
		"2024-01-15 13800138000":             true,
		"code 1123 4567 8973":                false,
		"112345678973":                       false,
		"parcel 4403051380013800012":         false,
		"tel 0755-82100000":                  false,
		"编码：112345678973，门牌号 12-3":           false,
		"12-3, 14-2, 2019.05.01, 1.5, 38000": false,
	} {
		if got := LooksPersonal(text); got != want {
			t.Errorf("LooksPersonal(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestLooksLikeContact(t *testing.T) {
	for text, want := range map[string]bool{
		"call 0755-83221234":               true,
		"＋４２３ ２３４ ５６ ７８":                   true,
		"0041 79 123 45 67":                true,
		"old 110105491231002":              true,
		"mistyped 11010119900307123X":      true,
		"13800138000":                      true,
		"seen on 2026-11-23 at 09:15":      false,
		"code 1123 4567 8973":              false,
		"112345678973, 112345678974":       false,
		"room 0203, meter 00123456":        false,
		"3 floors, 12 doors, +2 balconies": false,
	} {
		if got := LooksLikeContact(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
