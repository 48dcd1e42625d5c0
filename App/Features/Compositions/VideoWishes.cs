using System.Globalization;
using Downbeat.Components;
using Downbeat.Media;

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
        new("vocals", "Voice", "A cut where somebody begins to sing and where they pause, and at bars in between."),
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

    private static readonly ChoiceOption<string>[] WordPlacesWithoutVoice =
        [new("none", "None", "Nobody sings in this song, as far as its stems tell."), .. WordPlaces.Where(place => place.Value is not ("none" or "karaoke"))];

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
    public static string ShapeOf(CompositionSettings settings) => settings.Size switch
    {
        var (width, height) when width == height => "1:1",
        var (width, height) when IsWide(width, height) => "16:9",
        var (width, height) when IsWide(height, width) => "9:16",
        _ => "",
    };

    /// <summary>Length of the shorter side.</summary>
    public static int LinesOf(CompositionSettings settings) => settings.Size is var (width, height) ? Math.Min(width, height) : 0;

    /// <summary>Where the lyrics can stand: nothing fills as it is sung where nobody sings, but for what was chosen before that was known.</summary>
    public static IReadOnlyList<ChoiceOption<string>> WordPlacesFor(bool isWithoutVoice, string chosen) =>
        isWithoutVoice && chosen != "karaoke" ? WordPlacesWithoutVoice : WordPlaces;

    /// <summary>The resolutions to choose from, with that of the settings where only programs ask for it.</summary>
    public static IReadOnlyList<ChoiceOption<int>> ResolutionsFor(CompositionSettings settings) =>
        LinesOf(settings) is var lines && Resolutions.Any(option => option.Value == lines) ? Resolutions : [new(lines, $"{lines}p"), .. Resolutions];

    /// <summary>The settings with the sides that a shape and a resolution have.</summary>
    public static CompositionSettings Sized(CompositionSettings settings, string shape, int lines)
    {
        var longSide = CompositionSettings.Even(lines * 16.0 / 9);
        var (width, height) = shape switch { "9:16" => (lines, longSide), "1:1" => (lines, lines), _ => (longSide, lines) };
        return settings with { Width = width, Height = height };
    }

    /// <summary>The settings with all of that left open which their platform sets by itself, so that another one sets it anew; bit rates of one's own stay.</summary>
    public static CompositionSettings Opened(CompositionSettings settings)
    {
        if (settings.Platform is null)
        {
            return settings;
        }

        var open = settings with { Width = null, Height = null, Preset = null };
        return new[] { open with { TargetBitrateKbps = null }, open }.FirstOrDefault(less => Format(less) == Format(settings)) ?? settings;
    }

    /// <summary>What the pictures of the video are: <c>1920 × 1080, 30 pictures a second, 8 Mbit/s</c>, or how well they are coded where no bit rate is set.</summary>
    public static string DescribeFormat(CompositionSettings settings)
    {
        var (width, height) = settings.Size;
        return $"{width} × {height}, {settings.Fps ?? 30} pictures a second, {Amount(settings.WithPlatform)}";
    }

    /// <summary>A bit rate: <c>8 Mbit/s</c>.</summary>
    public static string Rate(int kbps) => kbps < 1000 ? $"{kbps} kbit/s" : string.Create(CultureInfo.InvariantCulture, $"{kbps / 1000.0:0.##} Mbit/s");

    /// <summary>An encoder by the name that its maker gives it.</summary>
    public static string EncoderName(string encoder) => encoder switch
    {
        EncoderTrials.Software => "x264",
        EncoderTrials.Auto => "The best that works here",
        "nvenc" => "NVIDIA NVENC",
        "qsv" => "Intel Quick Sync",
        "vaapi" => "VA-API",
        "videotoolbox" => "Apple VideoToolbox",
        "amf" => "AMD AMF",
        _ => encoder,
    };

    /// <summary>A made video in a few words: <c>16:9 1080p fast</c>, or the platform that it was made for.</summary>
    public static string Describe(CompositionSettings settings)
    {
        var (width, height) = settings.Size;
        if (PlatformPreset.Read(settings.Platform) is { } platform && (platform.Width, platform.Height) == (width, height))
        {
            return platform.Name;
        }

        var shape = ShapeOf(settings) is { Length: > 0 } usual ? usual : $"{width}×{height}";
        return $"{shape} {LinesOf(settings)}p {settings.Preset ?? "fast"}";
    }

    /// <summary>The label of an option.</summary>
    public static string LabelOf<T>(IEnumerable<ChoiceOption<T>> options, T value) => options.FirstOrDefault(option => Equals(option.Value, value))?.Label ?? $"{value}";

    // As near to it as even sides come.
    private static bool IsWide(int longSide, int shortSide) => longSide == CompositionSettings.Even(shortSide * 16.0 / 9) || shortSide == CompositionSettings.Even(longSide * 9.0 / 16);

    private static string Amount(CompositionSettings settings) =>
        settings.TargetBitrateKbps is { } kbps ? Rate(kbps) : $"{LabelOf(Qualities, settings.Preset ?? "fast").ToLowerInvariant()} quality";

    private static (int?, int?, string?, int?) Format(CompositionSettings settings) =>
        settings.WithPlatform is var named ? (named.Width, named.Height, named.Preset, named.TargetBitrateKbps) : default;
}
