using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Downbeat.Features.Analysis.Dsp;

/// <summary>What was heard in the separated stems of a song. All curves have <see cref="Curves.PerSecond"/> values a second, 0 to 1, and start at time 0.</summary>
/// <param name="Engine">Who separated it.</param>
/// <param name="DurationSeconds">Length of the stems.</param>
/// <param name="Energies">How loud each stem is, in the order in which stems are shown.</param>
/// <param name="Drums">Strokes in the stem of the drums; null where that was not split off.</param>
/// <param name="Bass">Beginnings of notes in the stem of the bass; null likewise.</param>
/// <param name="Voice">The voice in its stem; without phrases when nobody sings. Null where it was not split off.</param>
internal sealed record StemFindings(
    string Engine, double DurationSeconds, IReadOnlyList<StemEnergy> Energies, StemDrums? Drums, StemPart? Bass, StemVoice? Voice)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new CurveConverter(), new SecondsConverter() }, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Packs everything for storage, curves to a byte a value and times to a tenth of a millisecond; about 30 kB for three minutes. Equal findings give equal bytes.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var packed = new BrotliStream(bytes, CompressionLevel.Optimal))
        {
            JsonSerializer.Serialize(packed, this, Json);
        }

        return bytes.ToArray();
    }

    /// <summary>Unpacks what <see cref="ToBytes"/> made.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static StemFindings FromBytes(byte[] bytes)
    {
        try
        {
            using var packed = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
            return JsonSerializer.Deserialize<StemFindings>(packed, Json) ?? throw new InvalidDataException("There is nothing in the findings.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{bytes.Length} bytes are no findings of stems.", e);
        }
    }

    private sealed class CurveConverter : JsonConverter<float[]>
    {
        public override float[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => [.. reader.GetBytesFromBase64().Select(value => value / 255f)];

        public override void Write(Utf8JsonWriter writer, float[] value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue([.. value.Select(x => (byte)Math.Round(255 * Math.Clamp(x, 0, 1)))]);
    }

    private sealed class SecondsConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(value, 4));
    }
}

/// <summary>How loud a stem is over time.</summary>
/// <param name="Name">The stem: vocals, drums …</param>
/// <param name="Curve">Against its own loud parts; one that is more than 40 dB below the song stays near 0.</param>
internal sealed record StemEnergy(string Name, float[] Curve);

/// <summary>Something that is played or sung: moments, and how strongly.</summary>
/// <param name="Seconds">Where strokes, notes or syllables begin, rising.</param>
/// <param name="Curve">How strongly something begins, all the time; 1 is what the song's strong ones have.</param>
internal sealed record StemPart(double[] Seconds, float[] Curve);

/// <summary>The drums.</summary>
/// <param name="Kick">Strokes of the bass drum.</param>
/// <param name="Snare">The same of the snare drum.</param>
/// <param name="Hats">The same of hi-hats and cymbals.</param>
internal sealed record StemDrums(StemPart Kick, StemPart Snare, StemPart Hats);

/// <summary>The voice.</summary>
/// <param name="Phrases">Where somebody sings, in order and apart from each other.</param>
/// <param name="Syllables">Where notes or syllables begin inside phrases.</param>
/// <param name="Curve">How loud somebody sings; 0 between phrases.</param>
internal sealed record StemVoice(VoiceSpan[] Phrases, StemPart Syllables, float[] Curve);
