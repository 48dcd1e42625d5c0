using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Downbeat.Caching;

/// <summary>JSON in which things come back from Redis as they went there: all that can be set of the studio's own types, also what answers to programs leave out.</summary>
internal static class CacheJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { AddHidden } },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
    };

    private static void AddHidden(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.Assembly != typeof(CacheJson).Assembly)
        {
            return;
        }

        foreach (var property in type.Type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(IsHidden))
        {
            foreach (var shadow in type.Properties.Where(known => known.Name == property.Name).ToList())
            {
                type.Properties.Remove(shadow);
            }

            var added = type.CreateJsonPropertyInfo(property.PropertyType, property.Name);
            (added.Get, added.Set) = (property.GetValue, property.SetValue);
            type.Properties.Add(added);
        }
    }

    private static bool IsHidden(PropertyInfo property) =>
        property is { CanRead: true, CanWrite: true } && property.GetIndexParameters().Length == 0
        && (!property.GetMethod!.IsPublic || property.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.Always });
}
