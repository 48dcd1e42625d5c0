using System.Globalization;
using System.Text.RegularExpressions;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Handover;

/// <summary>A CMX 3600 list as somebody else would read it.</summary>
internal sealed record EdlReader(string Title, bool IsDropFrame, IReadOnlyList<EdlEvent> Events)
{
    private static readonly Regex Line = new(
        @"^(?<number>\d{3,}) {2}(?<reel>\w{1,8}) +(?<channels>V|AA) +(?<edit>C|D|W\d{3}) +(?<length>\d{3})? *(?<in>\S{11}) (?<out>\S{11}) (?<from>\S{11}) (?<to>\S{11})$");

    public static EdlReader Read(string text, FrameRate rate)
    {
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        var lines = text[..^2].Split("\r\n");
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.StartsWith("TITLE: ", lines[0], StringComparison.Ordinal);
        var isDropFrame = lines[1] switch { "FCM: DROP FRAME" => true, "FCM: NON-DROP FRAME" => false, _ => throw new FormatException(lines[1]) };
        var events = new List<EdlEvent>();
        foreach (var line in lines[2..])
        {
            if (Line.Match(line) is { Success: true } read)
            {
                int Frame(string group) => FrameOf(read.Groups[group].Value, rate, isDropFrame);
                events.Add(new(
                    int.Parse(read.Groups["number"].Value, CultureInfo.InvariantCulture), read.Groups["reel"].Value, read.Groups["channels"].Value, read.Groups["edit"].Value,
                    read.Groups["length"].Success ? int.Parse(read.Groups["length"].Value, CultureInfo.InvariantCulture) : 0,
                    new(Frame("in"), Frame("out")), new(Frame("from"), Frame("to"))));
            }
            else if (line.StartsWith("M2 ", StringComparison.Ordinal))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(events[^1].Reel, fields[1]);
                Assert.Equal(events[^1].Source.Start, FrameOf(fields[3], rate, isDropFrame));
                events[^1].Speed = double.Parse(fields[2], CultureInfo.InvariantCulture) / rate.PerSecond;
            }
            else
            {
                Assert.StartsWith("* ", line, StringComparison.Ordinal);
                events[^1].Notes.Add(line[2..]);
            }
        }

        return new(lines[0][7..], isDropFrame, events);
    }

    /// <summary>The frame of a time code, by subtracting the numbers that its minutes have left out.</summary>
    public static int FrameOf(string code, FrameRate rate, bool isDropFrame)
    {
        var parts = code.Split(':').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var nominal = (int)Math.Ceiling(rate.PerSecond);
        Assert.True(parts[3] < nominal && parts[2] < 60 && parts[1] < 60, code);
        var minutes = (60 * parts[0]) + parts[1];
        Assert.False(isDropFrame && minutes % 10 != 0 && parts[2] == 0 && parts[3] < nominal / 15, $"{code} does not exist.");
        return (((minutes * 60) + parts[2]) * nominal) + parts[3] - (isDropFrame ? nominal / 15 * (minutes - (minutes / 10)) : 0);
    }
}

/// <summary>A line of a list, with the notes below it.</summary>
internal sealed record EdlEvent(int Number, string Reel, string Channels, string Edit, int TransitionFrames, FrameRange Source, FrameRange Record)
{
    public double Speed { get; set; } = 1;

    public List<string> Notes { get; } = [];

    public string? Note(string name) => Notes.SingleOrDefault(note => note.StartsWith(name + ": ", StringComparison.Ordinal))?[(name.Length + 2)..];
}
