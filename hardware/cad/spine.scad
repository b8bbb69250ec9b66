// Spine: shelves for the fixed ends of both load cells, a foot on the body, the tether's eye.
include <parameters.scad>

module spine_side_view() {
    // [y, z]
    top = eye_z + eye_hole;
    difference() {
        union() {
            translate([wall_y0, body_top]) square([spine_wall, eye_z - body_top]);
            hull() {
                translate([wall_y0 + spine_wall / 2, eye_z]) circle(d = spine_wall + 4);
                translate([wall_y0, eye_z - 10]) square([spine_wall, 1]);
            }
            translate([pad_y, load_top]) square([wall_y0 - pad_y + 0.1, shelf]);
            translate([pad_y, -load_top - shelf]) square([wall_y0 - pad_y + 0.1, shelf]);
            for (side = [1, -1])
                polygon([
                    [wall_y0 + 0.1, side * (load_top + shelf - 0.1)], [wall_y0 + 0.1, side * (load_top + shelf + 2)],
                    [wall_y0 - 2, side * (load_top + shelf - 0.1)],
                ]);
        }
        translate([wall_y1, body_top - 1]) square([20, top - body_top + 10]);
    }
}

module spine() {
    difference() {
        union() {
            rotate([90, 0, 90]) translate([0, 0, -spine_half]) linear_extrude(2 * spine_half) spine_side_view();
            box([-foot_half, foot_half], [foot_y0, foot_y1], [body_top, foot_top]);
        }
        translate([-spine_half - 1, wall_y0 + spine_wall / 2, eye_z])
            rotate([0, 90, 0]) cylinder(d = eye_hole, h = 2 * spine_half + 2);
        for (at = spine_load_holes) {
            m3_hole_z(at, load_top, load_top + shelf);
            m3_hole_z(at, -load_top - shelf, -load_top);
        }
        for (at = foot_holes) m3_hole_z(at, body_top, foot_top);
    }
}

multmatrix(print_spine) spine();
