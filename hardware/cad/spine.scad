// Spine: shelves for the fixed ends of both load cells, a foot on the body, the tether's eye.
// One outline drawn out along x and printed on its side: no force peels its layers apart.
include <parameters.scad>

module spine_outline() {
    // [y, z]
    eye_y = wall_y0 + spine_wall / 2;
    difference() {
        union() {
            translate([wall_y0, body_top]) square([spine_wall, eye_z - body_top]);
            translate([eye_y, eye_z]) circle(d = spine_wall);
            translate([foot_y0, body_top]) square([wall_y1 - foot_y0, foot]);
            for (side = [1, -1]) {
                polygon([
                    [pad_y, side * load_top], [wall_y0 + 0.1, side * load_top],
                    [wall_y0 + 0.1, side * (load_top + shelf)], [pad_y, side * (load_top + shelf)],
                ]);
                polygon([  // beyond the screws' heads
                    [wall_y0 + 0.1, side * (load_top + shelf - 0.1)], [wall_y0 + 0.1, side * (load_top + shelf + spine_gusset)],
                    [wall_y0 - 2, side * (load_top + shelf - 0.1)],
                ]);
            }
        }
        translate([eye_y, eye_z]) circle(d = eye_hole);
    }
}

// The lower screws and their key come through the foot: a hole with a pointed roof, and a notch whose roof slopes up
// to the front. Printed on its side, neither needs support.
module key_holes() {
    r = m3_key / 2;
    hull() {
        m3_hole_z([0, hole_outer], body_top, body_top + foot, m3_key);
        m3_hole_z([r * 1.35, hole_outer], body_top, body_top + foot, 0.3);
    }
    m3_hole_z([0, hole_inner], body_top, body_top + foot, m3_key);
    front = foot_y0 - 1;
    slope = hole_inner + r * sin(45);
    translate([0, 0, body_top - 0.1]) linear_extrude(foot + 0.2)
        polygon([[-r, front], [-r, hole_inner], [r * sin(45), slope], [r * sin(45) + slope - front, front]]);
}

module spine() {
    difference() {
        rotate([90, 0, 90]) translate([0, 0, -spine_half]) linear_extrude(2 * spine_half) spine_outline();
        for (at = spine_load_holes) {
            m3_hole_z(at, load_top, load_top + shelf);
            m3_hole_z(at, -load_top - shelf, -load_top);
        }
        key_holes();
        for (at = foot_holes) m3_hole_z(at, body_top, body_top + foot_thread, m3_pilot);
    }
}

multmatrix(print_spine) spine();
