namespace Downbeat.Features.Clips.Drawing;

/// <summary>All looks that clips are drawn in.</summary>
internal static class DrawingStyles
{
    /// <summary>Them, the most general first.</summary>
    public static IReadOnlyList<DrawingStyle> All { get; } =
    [
        new("abstract", "Abstract", "abstract forms of light, deep shadows, soft glow, no objects",
        [
            Palette.Of("ultraviolet", "night blue, violet and coral", "#08081c", "#1d1658", "#3a5bff", "#8b45ff", "#c8b0ff", "#ff665a", "#ffb257"),
            Palette.Of("ember", "black, oxblood and burning orange", "#0d0506", "#3c0d12", "#8a1f3d", "#e2452c", "#ffd9b0", "#ff8a1f", "#ffd35a"),
            Palette.Of("aurora", "deep teal, green and rose", "#03110f", "#0b3a3f", "#1f8fa8", "#23d49b", "#c9ffe2", "#ff6f91", "#ffd07a"),
        ]),
        new("environment", "Environment", "a wide landscape in natural light, haze, great depth",
        [
            Palette.Of("forest", "deep green, moss and amber", "#060d09", "#12301f", "#2c6e49", "#6ea84f", "#e6efc2", "#f2a541", "#ffe08a"),
            Palette.Of("tide", "deep sea, turquoise and sand", "#04101c", "#0d3350", "#1f7fa6", "#4fc3c7", "#f3ecd8", "#f4a259", "#ffe3a6"),
            Palette.Of("dusk", "indigo, rose and low sun", "#0f0a20", "#3b1f57", "#6a4c93", "#d1577c", "#ffe6cf", "#ff8552", "#ffc857"),
        ]) { Grain = 4, Tone = 0.15f },
        new("minimal", "Minimal", "minimalist composition, few plain shapes, much empty space, fine lines",
        [
            Palette.Of("signal", "black, white and one red", "#0b0b0d", "#1a1a1e", "#5a5a63", "#b9b9c0", "#f4f4f2", "#ff3b30", "#ff8a75"),
            Palette.Of("slate", "slate, ice and yellow", "#10161d", "#1d2833", "#4d6577", "#9fb8c8", "#eef5f8", "#ffd23f", "#fff0a8"),
            Palette.Of("clay", "umber, clay and pale blue", "#17110e", "#2d211b", "#6f5a4d", "#c9a58b", "#f6eee6", "#7fb7d6", "#cfe8f5"),
        ]) { Tone = 0.9f, Bloom = 0.25f, CornerLoss = 0.25f, Line = 0.75f, Grain = 2, Fonts = ["Helvetica Neue", "Inter", "DejaVu Sans"] },
        new("neon", "Neon", "glowing neon tubes in the dark, strong bloom, wet reflections",
        [
            Palette.Of("arcade", "black, magenta and cyan", "#06020f", "#1c0838", "#00c8ff", "#ff1fb4", "#e8f6ff", "#ffe600", "#fff7a0"),
            Palette.Of("acid", "black, lime and hot pink", "#030805", "#0a2a1a", "#00e5a0", "#8cff2e", "#f0ffe0", "#ff2e88", "#ff9bd0"),
            Palette.Of("electric", "midnight, electric blue and orange", "#020617", "#0b1b52", "#2f6bff", "#35e0ff", "#e6fbff", "#ff6a1f", "#ffc27a"),
        ]) { Tone = 0.85f, Bloom = 1.5f, Line = 1.1f },
        new("paper", "Paper", "overprinted risograph inks on rough cream paper, flat shapes, slight misregistration",
        [
            Palette.Of("newsprint", "warm grey paper, black and red ink", "#e9e3d6", "#cfc7b8", "#7c7a78", "#3a3a3c", "#1b1b1d", "#d6322b", "#e8825e"),
            Palette.Of("botanical", "cream paper, green and terracotta ink", "#f3ecdb", "#d3dcc0", "#7fa07a", "#3f6f56", "#1f3a33", "#c8553d", "#e3a857"),
            Palette.Of("riso", "cream paper, blue, coral and yellow ink", "#f7f0e1", "#cfdcec", "#5b8fd6", "#2456b3", "#14234d", "#f2553f", "#f7c33c"),
        ]) { Tone = 0.95f, Bloom = 0, CornerLoss = 0.12f, Grain = 9, Line = 1.25f, Fonts = ["Georgia", "DejaVu Serif"] },
        new("retro", "Retro", "seventies and eighties television, scan lines, faded film stock, warm grain",
        [
            Palette.Of("vhs", "navy, teal and pink", "#0a0f2b", "#1b2a5e", "#1fa3b0", "#e0529c", "#f9e7f2", "#ffb03b", "#ffe39a"),
            Palette.Of("lounge", "brown, olive and mustard", "#1c100a", "#43260f", "#6d6a2f", "#c9702a", "#f7e3bd", "#e5a52d", "#f7d774"),
            Palette.Of("surf", "petrol, orange and cream", "#0a1f24", "#14505a", "#2b98a0", "#ee7b30", "#fdf0d5", "#f25c54", "#f7b267"),
        ]) { HasScanlines = true, Grain = 12, Bloom = 0.8f, CornerLoss = 0.75f, Fonts = ["DejaVu Serif"] },
        new("dream", "Dream", "soft pastel haze, high key, gentle blur, silk and petals",
        [
            Palette.Of("mist", "pale grey, blue and lilac", "#eef0f5", "#d8dfec", "#a9bfe0", "#8f9ed6", "#5b5f9a", "#d99fc4", "#f1c9c2"),
            Palette.Of("petal", "blush, rose and lilac", "#fbeeee", "#f5d9de", "#cdb7e6", "#e79bb4", "#8a4f7d", "#f58f7c", "#f9cf9c"),
            Palette.Of("citrus", "cream, mint and apricot", "#fbf7e9", "#e3f0d8", "#a9dcc3", "#6fbfa8", "#3f7d78", "#f7a35c", "#fbd86c"),
        ]) { Tone = 0.7f, Bloom = 0.5f, CornerLoss = 0.08f, Grain = 2, Line = 1.1f },
        new("mono", "Mono", "black and white film, hard light, silver grain",
        [
            Palette.Of("noir", "black and silver", "#050505", "#181818", "#5c5c5c", "#a6a6a6", "#f2f2f2", "#ffffff", "#d0d0d0"),
            Palette.Of("graphite", "graphite on white", "#ececea", "#d2d2cf", "#9a9a98", "#5c5c5b", "#161616", "#2e2e2e", "#7a7a79"),
        ]) { Tone = 1, Grain = 14, CornerLoss = 0.7f, Bloom = 0.8f },
    ];

    /// <summary>The style of that name.</summary>
    /// <exception cref="StudioProblem">400 <c>request.field</c>: there is none.</exception>
    public static DrawingStyle Of(string name) =>
        All.FirstOrDefault(style => style.Name == name) ?? throw StudioProblem.Field("style", $"The styles are {string.Join(", ", All.Select(style => style.Name))}.");
}
