using Downbeat.Components;

namespace Downbeat.Features.Compositions;

/// <summary>The choices of the page, in its words.</summary>
internal sealed record VideoWishes
{
    public static readonly ChoiceOption<string>[] Shapes = [new("16:9", "16:9"), new("9:16", "9:16"), new("1:1", "1:1")];

    public static readonly ChoiceOption<int>[] Resolutions = [new(720, "720p"), new(1080, "1080p"), new(1440, "1440p")];

    public static readonly ChoiceOption<string>[] Qualities =
    [
        new("draft", "Draft", "To look at the cut."),
        new("fast", "Fast", "Looks right, done soon."),
        new("balanced", "Balanced", "The same look in a smaller file."),
        new("high", "High", "To keep."),
    ];

    public static readonly ChoiceOption<string>[] CutTimes =
    [
        new("energy", "Energy", "Faster cuts where the song is louder."),
        new("downbeat", "Bars", "A cut at the start of every bar."),
        new("beat", "Beats", "A cut on every beat that leaves room."),
        new("section", "Parts", "A cut where a part of the song begins, and at bars inside long ones."),
    ];

    public static readonly ChoiceOption<string>[] Fits =
    [
        new("cover", "Crop", "They fill the frame; what stands out is cut off."),
        new("blur", "Blur", "All of them is seen, on a blurred copy."),
        new("contain", "Fit", "All of them is seen, with black beside it."),
        new("stretch", "Stretch", "They are pulled to the frame."),
    ];

    public static readonly ChoiceOption<string>[] WordPlaces =
    [
        new("none", "None"),
        new("bottom", "Below", "The song's lyrics, line by line."),
        new("centre", "Centre", "The song's lyrics, large."),
        new("karaoke", "Karaoke", "Each word fills as it is sung."),
    ];

    public string Shape { get; init; } = "16:9";

    public int Lines { get; init; } = 1080;

    public string Preset { get; init; } = "fast";

    public string CutOn { get; init; } = "energy";

    public string Fit { get; init; } = "cover";

    public string Words { get; init; } = "none";

    public bool IsFlashSafe { get; init; } = true;

    public IReadOnlyList<EffectWish> Effects { get; init; } = [];

    public TransitionWish? Transition { get; init; }

    public CompositionSettings ToSettings()
    {
        var longSide = Lines * 16 / 9;
        var (width, height) = Shape switch { "9:16" => (Lines, longSide), "1:1" => (Lines, Lines), _ => (longSide, Lines) };
        return new()
        {
            Width = width,
            Height = height,
            Preset = Preset,
            CutOn = CutOn,
            Fit = Fit,
            Effects = Effects,
            Transition = Transition,
            Captions = Words == "none" ? null : new() { Source = "lyrics", Style = Words },
            FlashSafe = IsFlashSafe,
        };
    }

    /// <summary>A made video in a few words: <c>16:9 1080p fast</c>.</summary>
    public static string Describe(CompositionSettings settings)
    {
        var (width, height) = (settings.Width ?? 1920, settings.Height ?? 1080);
        var shape = width == height ? "1:1" : width * 9 == height * 16 ? "16:9" : width * 16 == height * 9 ? "9:16" : $"{width}×{height}";
        return $"{shape} {Math.Min(width, height)}p {settings.Preset ?? "fast"}";
    }
}
