package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"fangma/registry"
)

// EachBasemapFeature calls f with every feature of the basemap, in order of
// source and id.
func (r *Reader) EachBasemapFeature(ctx context.Context, f func(registry.BasemapFeature) error) error {
	rows, err := r.pool.Query(ctx, `
		select source, feature_id, class, kind, name, geom from basemap_feature order by source, feature_id`)
	if err != nil {
		return fmt.Errorf("read basemap: %w", err)
	}
	var b registry.BasemapFeature
	var g geometry
	_, err = pgx.ForEachRow(rows, []any{&b.Source, &b.ID, &b.Class, &b.Kind, &b.Name, &g}, func() error {
		b.Geometry = g.Geometry
		return f(b)
	})
	return wrap("read basemap", err)
}
