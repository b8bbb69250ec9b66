// Bracket: joins the free end of a load cell to the fixed end of that digit's grip cell.
// It is sawn from an aluminium angle: printed, it would break before a cell does (see strength.md).
include <parameters.scad>

module bracket() {
    y = [-bracket_end, -pad_y];
    top = load_top + flange;
    difference() {
        union() {
            box([grip_x0 - angle_side, grip_x0], y, [load_top, top]);
            box([web_x0, grip_x0], y, [top - angle_side, top]);
        }
        for (at = digit_load_holes) m3_hole_z(at, load_top, top);
        for (at = digit_grip_holes) {
            m3_hole_x(at, web_x0, grip_x0);
            m3_countersink_x(at, web_x0, 1);
        }
    }
}

multmatrix(print_bracket) bracket();
