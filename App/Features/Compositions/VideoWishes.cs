using Downbeat.Components;

namespace Downbeat.Features.Compositions;

/// <summary>What a person may choose for a video, in the words of the page.</summary>
internal static class VideoWishes
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

    public static readonly ChoiceOption<int>[] FrameRates = [new(24, "24"), new(25, "25"), new(30, "30"), new(50, "50"), new(60, "60")];

    public static readonly ChoiceOption<string>[] ShortClips =
    [
        new("auto", "Auto", "Slowed down a little, or to and fro, or again: whichever is seen least."),
        new("loop", "Again", "They start again."),
        new("hold", "Hold", "Their last picture stays."),
        new("slow", "Slow", "They are slowed down, to a quarter at most."),
        new("pingPong", "Turn", "They run to their end and back; long ones start again."),
    ];

    /// <summary>16:9, 9:16 or 1:1; empty for a shape that only programs ask for.</summary>
    public static string ShapeOf(CompositionSettings settings) => SizeOf(settings) switch
    {
        var (width, height) when width == height => "1:1",
        var (width, height) when width * 9 == height * 16 => "16:9",
        var (width, height) when width * 16 == height * 9 => "9:16",
        _ => "",
    };

    /// <summary>Length of the shorter side.</summary>
    public static int LinesOf(CompositionSettings settings) => SizeOf(settings) is var (width, height) ? Math.Min(width, height) : 0;

    /// <summary>The resolutions to choose from, with that of the settings where only programs ask for it.</summary>
    public static IReadOnlyList<ChoiceOption<int>> ResolutionsFor(CompositionSettings settings) =>
        LinesOf(settings) is var lines && Resolutions.Any(option => option.Value == lines) ? Resolutions : [new(lines, $"{lines}p"), .. Resolutions];

    /// <summary>The settings with the sides that a shape and a resolution have.</summary>
    public static CompositionSettings Sized(CompositionSettings settings, string shape, int lines)
    {
        var longSide = lines * 16 / 9;
        var (width, height) = shape switch { "9:16" => (lines, longSide), "1:1" => (lines, lines), _ => (longSide, lines) };
        return settings with { Width = width, Height = height };
    }

    /// <summary>A made video in a few words: <c>16:9 1080p fast</c>.</summary>
    public static string Describe(CompositionSettings settings)
    {
        var (width, height) = SizeOf(settings);
        var shape = ShapeOf(settings) is { Length: > 0 } usual ? usual : $"{width}×{height}";
        return $"{shape} {LinesOf(settings)}p {settings.Preset ?? "fast"}";
    }

    /// <summary>The label of an option.</summary>
    public static string LabelOf<T>(IEnumerable<ChoiceOption<T>> options, T value) => options.FirstOrDefault(option => Equals(option.Value, value))?.Label ?? $"{value}";

    private static (int Width, int Height) SizeOf(CompositionSettings settings) =>
        (settings.Width ?? (settings.Height * 16 / 9) ?? 1920, settings.Height ?? (settings.Width * 9 / 16) ?? 1080);
}
