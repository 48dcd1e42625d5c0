using System.Buffers.Binary;

namespace Downbeat.E2E.Support;

/// <summary>Reads WAV files that somebody downloaded.</summary>
internal static class WavReader
{
    /// <summary>All samples, channels in turn, −1 to 1.</summary>
    /// <param name="file">PCM of 16 or 24 bits.</param>
    public static float[] Read(ReadOnlySpan<byte> file)
    {
        var bytesEach = 0;
        for (var at = 12; at < file.Length - 8; at += 8 + (int)BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]))
        {
            if (file.Slice(at, 4).SequenceEqual("fmt "u8))
            {
                bytesEach = BinaryPrimitives.ReadInt16LittleEndian(file[(at + 22)..]) / 8;
            }
            else if (file.Slice(at, 4).SequenceEqual("data"u8))
            {
                return Samples(file.Slice(at + 8, (int)BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..])), bytesEach);
            }
        }

        throw new InvalidDataException("The file has no samples.");
    }

    private static float[] Samples(ReadOnlySpan<byte> data, int bytesEach)
    {
        var samples = new float[data.Length / bytesEach];
        for (var n = 0; n < samples.Length; n++)
        {
            var sample = data.Slice(n * bytesEach, bytesEach);
            samples[n] = bytesEach == 2 ? BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f : (sample[0] | (sample[1] << 8) | ((sbyte)sample[2] << 16)) / 8388608f;
        }

        return samples;
    }
}
