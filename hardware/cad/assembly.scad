// The whole object as it stands on its base; `-D explode=1` pulls it apart.
include <parameters.scad>
use <plate.scad>
use <carrier.scad>
use <bracket.scad>
use <spine.scad>
use <body.scad>
use <bay_cover.scad>
use <tray.scad>
use <base.scad>

explode = 0;

module cell(axis) {
    size = axis == "x" ? [cell_height, cell_length, cell_width] : [cell_width, cell_length, cell_height];
    color("silver") cube(size, center = true);
}

module digit() {
    translate([0, 0, explode * 12]) translate([0, 0, load_z]) cell("z");
    translate([0, -explode * 24, explode * 34]) color("orange") bracket();
    translate([explode * 22, -explode * 10, 0]) translate([grip_x0 + cell_height / 2, 0, 0]) cell("x");
    translate([explode * 40, 0, 0]) color("steelblue") carrier();
    translate([explode * 60, explode * 12, 0]) color("lightblue") plate();
}

digit();
multmatrix(other_digit) digit();
translate([0, explode * 40, 0]) color("khaki") spine();
translate([0, 0, -explode * 25]) color("gainsboro") body();
translate([0, 0, -explode * 45]) color("darkseagreen") bay_cover();
translate([0, -explode * 30, -explode * 70]) color("tan") tray();
for (i = [0 : steel_count - 1])
    translate([0, -explode * 30, -explode * 70]) color("dimgray")
        translate([-steel_side / 2, -steel_side / 2, tray_bottom + tray_wall + i * steel]) cube([steel_side, steel_side, steel - 0.1]);
translate([0, 0, -explode * 110]) color("darkgray") base_plate();
