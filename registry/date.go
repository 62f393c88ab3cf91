package registry

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Date is a civil date: days since 1970-01-01, without zone. The zero value is
// 1970-01-01 itself; absence is written as a nil *Date or as Forever.
type Date int32

// Forever is the open end of a valid period: no end is known.
const Forever Date = math.MaxInt32

const (
	dateLayout = "2006-01-02"
	dayLength  = 24 * time.Hour
)

// DateOf gives the civil date on which t falls in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / int64(dayLength/time.Second))
}

// ParseDate reads YYYY-MM-DD. Years 1000 to 9999 are accepted: houses are old,
// but a two-digit year is a typing error.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || t.Year() < 1000 {
		return 0, fmt.Errorf("%q is not a date of the form 2006-01-02", s)
	}
	return DateOf(t), nil
}

// Time is midnight UTC of the date.
func (d Date) Time() time.Time { return time.Unix(int64(d)*int64(dayLength/time.Second), 0).UTC() }

// Start is the instant at which the date begins in the given zone.
func (d Date) Start(zone *time.Location) time.Time {
	y, m, day := d.Time().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, zone)
}

// String writes YYYY-MM-DD, and nothing for Forever.
func (d Date) String() string {
	if d == Forever {
		return ""
	}
	return d.Time().Format(dateLayout)
}

// MarshalJSON writes a string, and null for Forever.
func (d Date) MarshalJSON() ([]byte, error) {
	if d == Forever {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*d = Forever
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("a date is a string of the form 2006-01-02")
	}
	v, err := ParseDate(s)
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Period is a half-open range of dates: From belongs to it, To does not.
// It is never empty and never reversed.
type Period struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Contains says whether the date lies in the period.
func (p Period) Contains(d Date) bool { return p.From <= d && d < p.To }
