package main

import (
	"context"
	"fmt"
)

type dbVerifyCommand struct {
	registryConfig `embed:""`
}

// Run exits with 1 if something is wrong, so that a script can tell.
func (cmd *dbVerifyCommand) Run(ctx context.Context, c *console) error {
	return cmd.do(ctx, c, func(o *opened) error {
		checks, wrong := 0, 0
		err := o.Verify(ctx,
			func(string) { checks++ },
			func(name, key string) {
				wrong++
				c.printf("%s: %s\n", name, key)
			})
		if err != nil {
			return err
		}
		if wrong > 0 {
			return fmt.Errorf("%d checks found something wrong %d times", checks, wrong)
		}
		c.printf("%d checks, nothing wrong\n", checks)
		return nil
	})
}
