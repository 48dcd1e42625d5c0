using System.Runtime.InteropServices;
using System.Text;

namespace Downbeat.Tests.Support;

/// <summary>An ONNX file written by hand: operations over tensors of single precision (format version 8, operations of version 13).</summary>
internal sealed class OnnxGraph
{
    private const int SinglePrecision = 1;
    private const int WholeNumbers = 7;
    private readonly List<byte[]> parts = [];
    private int names;

    /// <summary>A tensor that goes in; an axis below 0 is of any length.</summary>
    public string Input(string name, params int[] shape)
    {
        parts.Add(Field(11, Described(name, shape)));
        return name;
    }

    /// <summary>A tensor that comes out, under the name of the input, constant or operation that it is.</summary>
    public OnnxGraph Output(string name, string from, params int[] shape)
    {
        Add("Identity", [from], name);
        parts.Add(Field(12, Described(name, shape)));
        return this;
    }

    /// <summary>A tensor of fixed values.</summary>
    public string Constant(float[] values, params int[] shape) => Constant(SinglePrecision, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    /// <summary>A list of fixed whole numbers, as some operations take for axes, sizes and places.</summary>
    public string Whole(params long[] values) => Constant(WholeNumbers, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <summary>An operation with one result.</summary>
    public string Apply(string operation, string[] inputs, params (string Name, long[] Values)[] lists) => Add(operation, inputs, $"t{names++}", lists);

    /// <summary>A tensor rounded down to whole numbers, as some operations take for places.</summary>
    public string Rounded(string tensor)
    {
        var output = $"t{names++}";
        parts.Add(Field(1, [.. Field(1, tensor), .. Field(2, output), .. Field(4, "Cast"), .. Field(5, [.. Field(1, "to"), .. Field(3, WholeNumbers), .. Field(20, 2)])]));
        return output;
    }

    /// <summary>A tensor times fixed values, which are spread over the axes on which they are 1 long.</summary>
    public string Times(string tensor, float[] values, params int[] shape) => Apply("Mul", [tensor, Constant(values, shape)]);

    /// <summary>The file.</summary>
    public byte[] ToBytes() => [.. Field(1, 8), .. Field(7, [.. parts.SelectMany(part => part), .. Field(2, "graph")]), .. Field(8, [.. Field(1, ""), .. Field(2, 13)])];

    private string Add(string operation, string[] inputs, string output, params (string Name, long[] Values)[] lists)
    {
        var attributes = lists.Select(list => Field(5, [.. Field(1, list.Name), .. list.Values.SelectMany(value => Field(8, value)), .. Field(20, 7)]));
        parts.Add(Field(1, [.. inputs.SelectMany(input => Field(1, input)), .. Field(2, output), .. Field(4, operation), .. attributes.SelectMany(attribute => attribute)]));
        return output;
    }

    private string Constant(int kind, ReadOnlySpan<byte> values, int[] shape)
    {
        var name = $"c{names++}";
        parts.Add(Field(5, [.. shape.SelectMany(length => Field(1, length)), .. Field(2, kind), .. Field(8, name), .. Field(9, [.. values])]));
        return name;
    }

    private static byte[] Described(string name, int[] shape)
    {
        var axes = shape.Select((length, axis) => Field(1, length < 0 ? Field(2, $"n{axis}") : Field(1, length)));
        byte[] tensor = [.. Field(1, SinglePrecision), .. Field(2, [.. axes.SelectMany(axis => axis)])];
        return [.. Field(1, name), .. Field(2, Field(1, tensor))];
    }

    // Protocol buffers: a key of number and kind (0 a number, 2 a length and as many bytes), then the value.
    private static byte[] Field(int number, long value) => [.. Varint(number << 3), .. Varint((ulong)value)];

    private static byte[] Field(int number, string value) => Field(number, Encoding.UTF8.GetBytes(value));

    private static byte[] Field(int number, byte[] value) => [.. Varint((ulong)((number << 3) | 2)), .. Varint((ulong)value.Length), .. value];

    private static byte[] Varint(long value) => Varint((ulong)value);

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value | 128));
        }

        return [.. bytes, (byte)value];
    }
}
