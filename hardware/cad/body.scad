// Body: electronics bay under the deck, rails for the mass tray below it. Printed on its deck.
include <parameters.scad>

module body_rails() {
    // [x, z], the right-hand side
    slope = tray_top - rail_land - fit;
    polygon([
        [body_half, bay_floor + 0.1], [body_inner, bay_floor + 0.1], [body_inner, slope],
        [body_inner - rail, slope - rail], [body_inner - rail, rail_bottom], [body_half, rail_bottom],
    ]);
}

module shell() {
    difference() {
        box([-body_half, body_half], [body_y0, body_y1], [bay_floor, body_top]);
        box([-body_inner, body_inner], [body_y0 + wall, body_y1 - back_wall], [bay_floor - 1, bay_top]);
    }
    for (side = [0, 1]) mirror([side, 0, 0]) along_y(body_y0, body_y1) body_rails();
    box([-body_half, body_half], [body_y1 - back_wall, body_y1], [rail_bottom, bay_floor + 0.1]);
    for (at = cover_holes) {
        translate([at[0], at[1], cover_z1]) cylinder(d = 7, h = bay_top - cover_z1 + 0.1);
        box([at[0] - 3.5, at[0] + 3.5], [body_y0 + wall - 0.1, at[1]], [cover_z1, bay_top + 0.1]);
    }
    hull() {  // around the nut, sloping from the wall
        translate([tab_hole[0], body_y0 + wall - 0.1, tab_hole[1]]) rotate([-90, 0, 0]) cylinder(d = 11, h = 3.1, $fn = 6);
        box([tab_hole[0] - 2.7, tab_hole[0] + 2.7], [body_y0 + wall - 0.1, body_y0 + wall], [tab_hole[1], tab_hole[1] + 8.4]);
    }
}

// The board lies on four ledges, its front edge behind two hooks; one screw holds its back.
module board_mounts() {
    inner = board_length / 2 - board_rest;
    translate([post_hole[0], post_hole[1], board_z1]) cylinder(d = post, h = board_gap + 0.1);
    for (side = [0, 1]) mirror([side, 0, 0]) {
        box([inner, body_inner + 0.1], [board_y1 - 8, board_y1 + board_edge + 0.1], [board_z1, bay_top + 0.1]);
        box([inner, body_inner + 0.1], [board_y0 - 1, board_y0 + 5], [board_z1, bay_top + 0.1]);
        translate([inner, 0, 0]) rotate([90, 0, 90]) linear_extrude(body_inner - inner + 0.1) polygon([  // [y, z]
            [board_y0 - 3.2, bay_top + 0.1], [board_y0 - 0.2, bay_top + 0.1], [board_y0 - 0.2, board_z0 - 0.1],
            [board_y0 + 1.2, board_z0 - 1.5], [board_y0 - 0.2, board_z0 - 2.9], [board_y0 - 3.2, board_z0 - 2.9],
        ]);
    }
}

module battery_pocket() {
    y0 = body_y0 + wall + battery_front;
    for (side = [-1, 1]) translate([side * (battery[0] / 2 + 1.1), 0, 0])
        box([-0.6, 0.6], [y0 + 2, y0 + battery[1] - 6], [bay_top - 3, bay_top + 0.1]);
}

module cable_anchor() {
    difference() {
        box([anchor[0] - 2.6, anchor[0] + 2.6], [anchor[1] - 3, anchor[1] + 3], [bay_top - 3, bay_top + 0.1]);
        box([anchor[0] - tie[0] / 2, anchor[0] + tie[0] / 2], [anchor[1] - 4, anchor[1] + 4], [bay_top - tie[1], bay_top]);
    }
}

module through_front(x, z, d) {
    translate([x, body_y0 - 1, z]) rotate([-90, 0, 0]) cylinder(d = d, h = wall + 2);
}

module through_back(x, z, size) {
    box([x - size[0] / 2, x + size[0] / 2], [body_y1 - back_wall - 1, body_y1 + 1], [z - size[1] / 2, z + size[1] / 2]);
}

// Where the back wall is thinned from inside: jack and rocker want a thin panel.
module thin_back(x, z, size, left) {
    box([x - size[0] / 2, x + size[0] / 2], [body_y1 - back_wall - 1, body_y1 - left], [z - size[1] / 2, z + size[1] / 2]);
}

module openings() {
    jacks = board_z0 - jack_z;
    for (side = [-1, 1]) through_front(side * jack_front, jacks, jack_hole);
    through_front(0, led_z, led_hole);
    translate([jack_back, body_y1 + 1, jacks]) rotate([90, 0, 0]) cylinder(d = jack_hole, h = back_wall + 2);
    thin_back(jack_back, jacks, [10, 10], wall);
    through_back(usb_x, usb_z, usb_hole);
    through_back(switch_x, switch_at, switch_hole_size);
    thin_back(switch_x, switch_at, switch_hole_size + [3, 2], switch_panel);
    for (z = [-3.5, 3.5]) through_back(tie_x, jacks + z, tie);
    for (x = tongues) box([x[0] - fit, x[1] + fit], [body_y1 - back_wall - 1, body_y1 - back_wall + tongue], [cover_z0 - fit, cover_z1 + fit]);
    translate([wire_hole[0], wire_hole[1], bay_top - 1]) cylinder(d = wire_hole_d, h = deck + 2);
}

module body() {
    difference() {
        union() {
            shell();
            board_mounts();
            battery_pocket();
            cable_anchor();
        }
        for (at = foot_holes) m3_hole_z(at, bay_top, body_top);
        for (at = cover_holes) m3_hole_z(at, cover_z1, cover_z1 + 12, m3_pilot);
        m3_hole_z(post_hole, board_z1, board_z1 + board_gap, m25_pilot);
        translate([tab_hole[0], body_y0 - 1, tab_hole[1]]) rotate([-90, 0, 0]) cylinder(d = m3_clear, h = wall + 5);
        translate([tab_hole[0], body_y0 + wall + 0.6, tab_hole[1]]) rotate([-90, 0, 0]) cylinder(d = m3_nut, h = 5, $fn = 6);
        openings();
    }
}

multmatrix(print_body) body();
