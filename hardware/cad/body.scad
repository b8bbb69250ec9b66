// Body: electronics bay under the deck, rails for the mass tray below it.
include <parameters.scad>

module body_rails() {
    // [x, z], the right-hand side
    slope = tray_top - rail_land - fit;
    polygon([
        [body_half, bay_floor + 0.1], [body_inner, bay_floor + 0.1], [body_inner, slope],
        [body_inner - rail, slope - rail], [body_inner - rail, rail_bottom], [body_half, rail_bottom],
    ]);
}

module body() {
    difference() {
        union() {
            difference() {
                box([-body_half, body_half], [body_y0, body_y1], [bay_floor, body_top]);
                box([-body_inner, body_inner], [body_y0 + wall, body_y1 - back_wall], [bay_floor - 1, bay_top]);
            }
            for (side = [0, 1]) mirror([side, 0, 0]) along_y(body_y0, body_y1) body_rails();
            box([-body_half, body_half], [body_y1 - back_wall, body_y1], [rail_bottom, bay_floor + 0.1]);
            for (at = cover_holes)
                translate([at[0], at[1], bay_floor + fit + 1.6]) cylinder(d = 7, h = bay - fit - 1.5);
            translate([tab_hole[0], body_y0 + wall - 0.1, tab_hole[1]]) rotate([-90, 0, 0]) cylinder(d = 11, h = 3.1, $fn = 6);
        }
        for (at = foot_holes) m3_hole_z(at, bay_top, body_top);
        for (at = cover_holes) m3_hole_z(at, bay_floor, bay_floor + 12, m3_pilot);
        translate([tab_hole[0], body_y0 - 1, tab_hole[1]]) rotate([-90, 0, 0]) cylinder(d = m3_clear, h = wall + 5);
        translate([tab_hole[0], body_y0 + wall + 0.6, tab_hole[1]]) rotate([-90, 0, 0]) cylinder(d = m3_nut, h = 5, $fn = 6);
        translate([0, 4, bay_top - 1]) cylinder(d = 10, h = deck + 2);                 // cells' wires
        translate([0, body_y1 - back_wall - 1, bay_top - 9]) rotate([-90, 0, 0]) cylinder(d = 12, h = back_wall + 2); // USB
        translate([20, body_y0 - 1, bay_top - 9]) rotate([-90, 0, 0]) cylinder(d = 5.2, h = wall + 2);  // status LED
        translate([-20, body_y0 - 1, bay_top - 9]) rotate([-90, 0, 0]) cylinder(d = 6.2, h = wall + 2); // trigger jack
    }
}

multmatrix(print_body) body();
