package registry_test

import (
	"errors"
	"fmt"

	"fangma/registry"
)

func ExampleParseCode() {
	code, err := registry.ParseCode("编码：１１２３－４５６７－８９７３")
	fmt.Println(code, err)
	fmt.Println(code.Spoken(), code.Kind())
	// Output:
	// 112345678973 <nil>
	// 1123 4567 8973 building
}

func ExampleParseCode_wrong() {
	_, err := registry.ParseCode("1123 5467 8973")
	var fault *registry.CodeError
	if errors.As(err, &fault) && fault.Fault == registry.CodeCheck {
		fmt.Println(err)
	}
	// Output:
	// the check digits do not fit: a digit is wrong, or two are swapped
}

// The ledger then tells which of the candidates were ever issued.
func ExampleSlips() {
	fmt.Println(registry.Slips("1123 5467 8973")[0])
	// Output:
	// 112345678973
}

func ExampleCipher() {
	cipher := registry.NewCipher(registry.Key{}) // a registry makes its key from crypto/rand, once
	for code := range cipher.Codes(registry.Block{Kind: registry.KindTest, From: 0, To: 3}) {
		_, counter, err := cipher.Counter(code)
		fmt.Println(code.Kind(), counter, err)
	}
	// Output:
	// test 0 <nil>
	// test 1 <nil>
	// test 2 <nil>
}
