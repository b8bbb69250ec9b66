// Calibration clamp: an M5 bolt squeezes both plates equally, with no pull along the skin.
include <parameters.scad>

module jig_clamp() {
    inner = face_x + clamp_room;
    top = plate_half + 6;
    low = -9;
    difference() {
        along_y(-clamp_depth / 2, clamp_depth / 2) {
            difference() {
                translate([-inner - clamp_bar, low]) square([2 * (inner + clamp_bar), top + clamp_bar - low]);
                translate([-inner, low - 1]) square([2 * inner, top - low + 1]);
            }
            polygon([[-inner - 0.1, -6], [-inner - 0.1, 6], [-face_x - 0.5, 2], [-face_x - 0.5, -2]]);
        }
        translate([inner - 1, 0, 0]) rotate([0, 90, 0]) cylinder(d = m5_clear, h = clamp_bar + 2);
        translate([inner - 1, 0, 0]) rotate([0, 90, 0]) cylinder(d = m5_nut, h = 5, $fn = 6);
    }
}

multmatrix(print_jig_clamp) jig_clamp();
