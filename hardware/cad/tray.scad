// Mass tray: slides under the body from the front, one screw holds it.
include <parameters.scad>

module tray() {
    front = -tray_half;
    tab_y = body_y0 - 0.3;
    difference() {
        union() {
            box([-tray_half, tray_half], [front, tray_half], [tray_bottom, tray_top]);
            along_y(front, tray_half) rail_profile();
            hull() {
                box([-tab_half, tab_half], [tab_y - tab, front + 0.1], [tray_top - 2, tray_top]);
                box([-tab_half, tab_half], [front, front + 0.1], [tray_top - 10, tray_top]);
            }
            box([-tab_half, tab_half], [tab_y - tab, tab_y], [tray_top - 2, tab_hole[1] + 6]);
        }
        box([-tray_inner / 2, tray_inner / 2], [-tray_inner / 2, tray_inner / 2], [tray_bottom + tray_wall, tray_top + 1]);
        translate([tab_hole[0], tab_y - tab - 1, tab_hole[1]]) rotate([-90, 0, 0]) cylinder(d = m3_clear, h = tab + 2);
    }
}

multmatrix(print_tray) tray();
