using MudBlazor;

namespace Downbeat.Components;

/// <summary>
/// The studio's colours and type. Both palettes are written into every page, each under its own scope, and <c>theme.js</c> chooses between them by an attribute of the
/// document: so the choice holds on pages without a circuit and nothing flashes while one starts.
/// </summary>
internal static class StudioTheme
{
    private static readonly string[] Sans = ["Geist", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"];

    /// <summary>Dark, the studio's own light: warm black, one coral accent.</summary>
    public static MudTheme Dark { get; } = Build(":root");

    /// <summary>Light: warm paper, the accent burnt so that it can be read.</summary>
    public static MudTheme Light { get; } = Build(":root[data-theme=light]");

    private static MudTheme Build(string scope) => new()
    {
        PseudoCss = new PseudoCss { Scope = scope },
        PaletteDark = new PaletteDark
        {
            Black = "#0B0A0C",
            Background = "#111013",
            BackgroundGray = "#17161A",
            Surface = "#19181C",
            DrawerBackground = "#19181C",
            AppbarBackground = "#111013",
            AppbarText = "#F1EDE8",
            Primary = "#FF7D5C",
            PrimaryContrastText = "#1F0C05",
            Secondary = "#C9C3BC",
            SecondaryContrastText = "#17161A",
            Tertiary = "#6FB8AC",
            TertiaryContrastText = "#0C1B18",
            Info = "#84AEDD",
            InfoContrastText = "#0B1622",
            Success = "#7CC796",
            SuccessContrastText = "#0A1B10",
            Warning = "#E3B45C",
            WarningContrastText = "#201503",
            Error = "#FF8A8A",
            ErrorContrastText = "#250808",
            Dark = "#2A282E",
            DarkContrastText = "#F1EDE8",
            TextPrimary = "#F1EDE8",
            TextSecondary = "#A8A19B",
            TextDisabled = "#8A837D",
            ActionDefault = "#C9C3BC",
            ActionDisabled = "#6F6964",
            ActionDisabledBackground = "#26242A",
            LinesDefault = "#2B292F",
            LinesInputs = "#47434B",
            Divider = "#2B292F",
            DividerLight = "#232127",
            TableLines = "#2B292F",
            TableHover = "#1F1D22",
            OverlayDark = "rgba(8,7,9,0.66)",
        },
        PaletteLight = new PaletteLight
        {
            Black = "#1C1917",
            Background = "#F7F4F0",
            BackgroundGray = "#EFEAE4",
            Surface = "#FFFFFF",
            DrawerBackground = "#FFFFFF",
            AppbarBackground = "#F7F4F0",
            AppbarText = "#1C1917",
            Primary = "#B93A14",
            PrimaryContrastText = "#FFFFFF",
            Secondary = "#4A4440",
            SecondaryContrastText = "#FFFFFF",
            Tertiary = "#1F6F63",
            TertiaryContrastText = "#FFFFFF",
            Info = "#235C97",
            InfoContrastText = "#FFFFFF",
            Success = "#1F6B3B",
            SuccessContrastText = "#FFFFFF",
            Warning = "#855400",
            WarningContrastText = "#FFFFFF",
            Error = "#B3261E",
            ErrorContrastText = "#FFFFFF",
            Dark = "#2A2623",
            DarkContrastText = "#FFFFFF",
            TextPrimary = "#1C1917",
            TextSecondary = "#5E5751",
            TextDisabled = "#746C66",
            ActionDefault = "#4A4440",
            ActionDisabled = "#948C85",
            ActionDisabledBackground = "#E9E3DC",
            LinesDefault = "#E2DBD3",
            LinesInputs = "#8F867E",
            Divider = "#E2DBD3",
            DividerLight = "#ECE6DF",
            TableLines = "#E2DBD3",
            TableHover = "#FBF9F6",
            OverlayDark = "rgba(28,25,23,0.44)",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = "0.9375rem", LineHeight = "1.5", LetterSpacing = "0" },
            H1 = new H1Typography { FontFamily = Sans, FontSize = "1.75rem", FontWeight = "600", LineHeight = "1.2", LetterSpacing = "-0.02em" },
            H2 = new H2Typography { FontFamily = Sans, FontSize = "1.125rem", FontWeight = "600", LineHeight = "1.3", LetterSpacing = "-0.01em" },
            H3 = new H3Typography { FontFamily = Sans, FontSize = "1rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "0" },
            H6 = new H6Typography { FontFamily = Sans, FontSize = "1.0625rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "-0.01em" },
            Body1 = new Body1Typography { FontFamily = Sans, FontSize = "0.9375rem", LineHeight = "1.5", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = Sans, FontSize = "0.875rem", LineHeight = "1.45", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = Sans, FontSize = "0.9375rem", FontWeight = "550", LineHeight = "1.5", LetterSpacing = "0", TextTransform = "none" },
            Caption = new CaptionTypography { FontFamily = Sans, FontSize = "0.8125rem", LineHeight = "1.4", LetterSpacing = "0" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", AppbarHeight = "56px" },
    };
}
