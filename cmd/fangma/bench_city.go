package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"fangma/seeds"
)

// The files of a made-up city.
const (
	cityBuildings = "buildings.geojsonl"
	cityDivisions = "divisions.geojson"
)

// benchCityCommand writes a city to look at, to load elsewhere, or with --load to serve.
type benchCityCommand struct {
	registryConfig `embed:""`
	benchConfig    `embed:""`
	Out            string `default:"." placeholder:"FOLDER" type:"path" help:"Where to write the files. Default: the current folder."`
	Load           bool   `help:"Import the files into the registry of --data or --database-url."`
}

func (cmd *benchCityCommand) Run(ctx context.Context, c *console) error {
	total, err := writeCity(cmd.city(), cmd.Out)
	if err != nil {
		return err
	}
	f := figures{c: c, json: cmd.JSON}
	err = f.add(alone("buildings", float64(total.Buildings), ""), alone("dwellings", float64(total.Dwellings), ""),
		alone("heads", float64(total.Heads), ""))
	if err = errors.Join(err, f.print()); err != nil || !cmd.Load {
		return err
	}
	from := importConfig{registryConfig: cmd.registryConfig, Apply: true, Strict: true, Source: "city"}
	divisions := importDivisionsCommand{importConfig: from}
	divisions.Files = []string{filepath.Join(cmd.Out, cityDivisions)}
	if err := divisions.Run(ctx, c); err != nil {
		return err
	}
	buildings := importBuildingsCommand{importConfig: from}
	buildings.Files = []string{filepath.Join(cmd.Out, cityBuildings)}
	return buildings.Run(ctx, c)
}

// writeCity writes the files of a city into a folder, one building in memory at a time.
func writeCity(city seeds.City, dir string) (total seeds.CityTotals, err error) {
	err = writeFile(filepath.Join(dir, cityBuildings), func(w io.Writer) (err error) {
		total, err = city.WriteBuildings(w)
		return err
	})
	if err != nil {
		return total, err
	}
	return total, writeFile(filepath.Join(dir, cityDivisions), city.WriteDivisions)
}

func writeFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return errors.Join(write(file), file.Close())
}
