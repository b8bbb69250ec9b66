// Bracket: joins the free end of a load cell to the fixed end of that digit's grip cell.
include <parameters.scad>

module bracket() {
    y = [-cell_y, -pad_y];
    difference() {
        union() {
            box([-cell_width / 2, grip_x0], y, [load_top, load_top + flange]);
            box([web_x0, grip_x0], y, [-cell_width / 2, load_top + flange]);
        }
        for (at = digit_load_holes) m3_hole_z(at, load_top, load_top + flange);
        for (at = digit_grip_holes) {
            m3_hole_x(at, web_x0, grip_x0);
            m3_countersink_x(at, web_x0, 1);
        }
    }
}

multmatrix(print_bracket) bracket();
